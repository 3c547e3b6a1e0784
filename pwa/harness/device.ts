// One phone of the simulator: the real client with a clock, chance and signal that the test process commands. It knows no pipe.

import { openDB } from "idb";
import { open, type Client } from "../src/sync/client";
import type { Transport } from "../src/sync/http";
import { uuid7 } from "../src/sync/ids";
import type { Ports } from "../src/sync/ports";

interface Timer {
  at: number;
  fire: () => void;
}

export class Device {
  now: number;
  online = true;
  visible = false;
  notices: unknown[] = [];
  /** What went wrong inside, but for the network. */
  faults: string[] = [];
  client: Client | null = null;
  /** Transactions since the start, and the one before which this phone dies. */
  transactions = 0;
  diesAt = Infinity;
  private timers: Timer[] = [];
  private readonly random: () => number;

  constructor(
    readonly name: string,
    seed: number,
    now: number,
    private readonly transport: Transport,
  ) {
    this.now = now;
    this.random = mulberry32(seed);
  }

  async open(user: string): Promise<void> {
    this.client = await open(user, this.ports());
  }

  get opened(): Client {
    if (!this.client) throw new Error(`${this.name} is not open`);
    return this.client;
  }

  /** Time passes: what is due fires in its order, and all that follows from it is done. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    await this.client?.settled();
    for (;;) {
      const due = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers = this.timers.filter((one) => one !== due);
      this.now = Math.max(this.now, due.at);
      due.fire();
      await this.client?.settled();
    }
    this.now = end;
  }

  /** The wall clock jumps; timers keep their distance, as a real phone's do. */
  setClock(now: number): void {
    this.timers = this.timers.map((timer) => ({ ...timer, at: timer.at + now - this.now }));
    this.now = now;
  }

  /** The process is gone: nothing that was under way comes back. What was in the database stays. */
  kill(): void {
    this.client?.close();
    this.client = null;
    this.timers = [];
    this.transactions = 0;
    this.diesAt = Infinity;
  }

  private ports(): Ports {
    return {
      transport: (request) =>
        this.online ? this.transport(request) : Promise.reject(new Error("no signal")),
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
      app: "simulator",
      about: { schema: 1, label: this.name, platform: "node", locale: "en" },
      databaseName: this.name,
      isSerial: true,
      isOnline: () => this.online,
      isVisible: () => this.visible,
      isToday: (at) => at.slice(0, 10) === new Date(this.now).toISOString().slice(0, 10),
      notify: (notice) => {
        this.notices.push(notice);
      },
      fault: (error) => {
        this.faults.push(error instanceof Error ? error.message : String(error));
      },
      gate: () => {
        if (++this.transactions >= this.diesAt) throw new Error("killed");
      },
    };
  }
}

/** A phone's database restored from a copy: everything in `from` replaces everything in `to`. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const source = await openDB(from);
  await new Promise((resolve) => {
    const gone = indexedDB.deleteDatabase(to);
    gone.onsuccess = resolve;
    gone.onerror = resolve;
  });
  const target = await openDB(to, source.version, {
    upgrade: (db) => {
      for (const name of source.objectStoreNames) copySchema(source, db, name);
    },
  });
  for (const name of source.objectStoreNames) {
    const keys = await source.getAllKeys(name);
    const values = (await source.getAll(name)) as unknown[];
    const tx = target.transaction(name, "readwrite");
    for (const [n, value] of values.entries())
      await (tx.store.keyPath === null ? tx.store.put(value, keys[n]) : tx.store.put(value));
    await tx.done;
  }
  source.close();
  target.close();
}

function copySchema(
  source: Awaited<ReturnType<typeof openDB>>,
  target: Awaited<ReturnType<typeof openDB>>,
  name: string,
): void {
  const { store } = source.transaction(name);
  const made = target.createObjectStore(name, {
    keyPath: store.keyPath as string | string[] | null,
  });
  for (const index of store.indexNames) made.createIndex(index, store.index(index).keyPath);
}

export function mulberry32(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
