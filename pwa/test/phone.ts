// Ben's phone in a test: the real client over an in-memory IndexedDB, with a clock and chance of its own.

import { NEW_VISIT } from "../src/engines/visits/visit";
import "fake-indexeddb/auto";
import { open, type Client } from "../src/sync/client";
import type { HttpRequest, HttpResponse } from "../src/sync/http";
import { uuid7 } from "../src/sync/ids";
import type { Ports } from "../src/sync/ports";
import type { FakeServer } from "./fake_server";

export type Way = (request: HttpRequest, send: () => HttpResponse) => Promise<HttpResponse>;
export const straight: Way = (_request, send) => Promise.resolve(send());
let phones = 0;

/** Mulberry32. */
export function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export class Phone {
  now = Date.UTC(2026, 2, 2, 8);
  online = true;
  way: Way = straight;
  timers: { at: number; fire: () => void }[] = [];
  notices: string[] = [];
  faults: unknown[] = [];
  transactions = 0;
  /** Dies before this transaction. */
  diesAt = Infinity;
  readonly name: string;
  private readonly random: () => number;
  client!: Client;

  constructor(
    readonly server: FakeServer,
    seed = 1,
    name?: string,
  ) {
    this.name = name ?? `phone-${++phones}`;
    this.random = seeded(seed);
  }

  async open(user = "ben", more: Partial<Ports> = {}): Promise<Client> {
    this.client = await open(user, this.ports(more));
    return this.client;
  }

  ports(more: Partial<Ports> = {}): Ports {
    return {
      transport: (request) => this.way(request, () => this.server.handle(request)),
      now: () => this.now,
      tz: () => "Asia/Shanghai",
      random: this.random,
      newId: () => uuid7(this.now, this.random),
      setTimer: (ms, fire) => {
        const timer = { at: this.now + ms, fire };
        this.timers.push(timer);
        return () => {
          this.timers = this.timers.filter((one) => one !== timer);
        };
      },
      app: "0.1.0",
      about: { schema: 1, label: "Test", platform: "node", locale: "en" },
      databaseName: this.name,
      isSerial: true,
      isOnline: () => this.online,
      isVisible: () => false,
      isToday: () => true,
      notify: (notice) => {
        this.notices.push(notice.what);
      },
      fault: (error) => {
        if (!(error instanceof Error && error.message === "killed")) this.faults.push(error);
      },
      gate: () => {
        if (++this.transactions >= this.diesAt) throw new Error("killed");
      },
      ...more,
    };
  }

  /** Lets time pass, firing what was due, until nothing is under way. */
  async pass(seconds: number): Promise<void> {
    const end = this.now + seconds * 1000;
    for (;;) {
      await this.client.settled();
      const due = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers = this.timers.filter((one) => one !== due);
      this.now = Math.max(this.now, due.at);
      due.fire();
    }
    this.now = end;
  }

  async kill(): Promise<void> {
    this.client.close();
    this.timers = [];
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.diesAt = Infinity;
    this.transactions = 0;
  }
}

export const act = (name: string, id: string, args: Record<string, string> = {}) => ({
  name,
  entity: "visit",
  entity_id: id,
  args,
});
export const edit = (id: string, set: Record<string, string>) => ({
  name: "visit.edit",
  entity: "visit",
  entity_id: id,
  args: { set },
});
export const dispatched = {
  ...NEW_VISIT,
  status: "dispatched" as const,
  engineer_id: "ben",
  work_order_id: "wo-1",
};
