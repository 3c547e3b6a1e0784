/* The screens behind Today, loaded once each: on demand, and all of them while the phone is idle after its start, so
   that a tap never waits and nothing is missing before the worker has installed. */
import type { Component } from "svelte";
import { loadNewWords } from "../i18n/locale.svelte";
import type { Client } from "../sync/client";
import { whenIdle } from "../ui/idle";

const loaders = {
  job: () => import("./Job.svelte"),
  form: () => import("./Form.svelte"),
  unplanned: () => import("./Unplanned.svelte"),
  outbox: () => import("./Outbox.svelte"),
  conflict: () => import("./Conflict.svelte"),
  me: () => import("./Me.svelte"),
};
export type ScreenName = keyof typeof loaders;
type Screen = Component<{ client: Client; id: string }>;

let loaded = $state.raw<Partial<Record<ScreenName, Screen>>>({});
const asked = new Set<ScreenName>();

/** A component that brings words of its own, ready to be shown. */
export async function fetched<C>(from: () => Promise<{ default: C }>): Promise<C> {
  const { default: component } = await from();
  await loadNewWords();
  return component;
}

function load(name: ScreenName): void {
  if (asked.has(name)) return;
  asked.add(name);
  fetched<unknown>(loaders[name]).then(
    (screen) => (loaded = { ...loaded, [name]: screen as Screen }),
    // The line broke before the worker had it all: the next look at the screen asks again.
    () => asked.delete(name),
  );
}

/** The screen, or undefined while it is being fetched. */
export function screenOf(name: string | undefined): Screen | undefined {
  if (!name || !(name in loaders)) return undefined;
  const found = loaded[name as ScreenName];
  if (!found) load(name as ScreenName);
  return found;
}

export function loadAllWhenIdle(): void {
  const all = (): void => {
    (Object.keys(loaders) as ScreenName[]).forEach(load);
    void import("../media/scan").then(({ holdReader }) => holdReader()).catch(() => undefined);
  };
  whenIdle(all, 3_000);
}
