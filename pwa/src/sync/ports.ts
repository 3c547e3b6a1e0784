// What the sync core needs from where it runs. The browser's ports are in browser_ports.ts, the simulator's in pwa/harness.

import type { CanaryPort } from "./canary";
import type { LoopOptions } from "./loop";
import type { MutateOptions } from "./mutate";

export interface Ports extends LoopOptions, MutateOptions {
  databaseName?: string;
  /** Tests: called before each transaction of the store. */
  gate?: () => void;
  isOnline: () => boolean;
  isVisible: () => boolean;
  isToday: (at: string) => boolean;
  /** A screen waits for the day's rows and for nothing else: they are shown, and the others are read once this has come. */
  afterDay?: () => Promise<void>;
  storageWarnings?: () => Promise<string[]>;
  /** Where the canary sits: not in the store that it watches. */
  canary?: CanaryPort;
  /** Another tab of the same user has changed the outbox. */
  tellTabs?: () => void;
  listenTabs?: (heard: () => void) => () => void;
}
