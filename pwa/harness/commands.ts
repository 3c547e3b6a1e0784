// The commands of the pipe: one function per `op`. Each answers with plain JSON. Which phone is meant is in `device`.

import { deleteDB, openDB } from "idb";
import type { Json } from "../src/store/rows";
import type { Act } from "../src/sync/mutate";
import type { Transport } from "../src/sync/http";
import { copyDatabase, Device } from "./device";

export interface Command {
  op: string;
  device: string;
  user?: string;
  seed?: number;
  now?: string;
  seconds?: number;
  value?: boolean;
  what?: "online" | "offline" | "visible" | "hidden" | "login" | "poke" | "gap" | "tick";
  act?: Act;
  entity?: string;
  id?: string;
  key?: string;
  draft?: Json;
  transactions?: number;
  to?: string;
}
const START = Date.UTC(2026, 2, 2, 8);
const devices = new Map<string, Device>();

export async function run(
  command: Command,
  transportOf: (device: string) => Transport,
): Promise<unknown> {
  const perform = COMMANDS[command.op];
  if (!perform) throw new Error(`Unknown op ${command.op}`);
  return perform(deviceOf(command, transportOf), command);
}

function deviceOf(command: Command, transportOf: (device: string) => Transport): Device {
  const known = devices.get(command.device);
  if (known) return known;
  const now = command.now === undefined ? START : Date.parse(command.now);
  const made = new Device(command.device, command.seed ?? 1, now, transportOf(command.device));
  devices.set(command.device, made);
  return made;
}

type Perform = (device: Device, command: Command) => unknown;
const COMMANDS: Record<string, Perform | undefined> = {
  open: async (device, { user = "ben" }) => {
    await device.open(user);
    await device.opened.settled();
    return summary(device);
  },
  mutate: async (device, { act }) => {
    if (!act) throw new Error("mutate needs act");
    return device.opened.mutate(act);
  },
  settle: async (device) => {
    await device.opened.settled();
    return summary(device);
  },
  sync: async (device) => {
    device.opened.tell("tick");
    await device.opened.settled();
    return summary(device);
  },
  tell: async (device, { what = "tick" }) => {
    if (what === "online" || what === "offline") device.online = what === "online";
    if (what === "visible" || what === "hidden") device.visible = what === "visible";
    device.opened.tell(what);
    await device.opened.settled();
    return summary(device);
  },
  online: (device, { value = true }) => {
    device.online = value;
    device.client?.tell(value ? "online" : "offline");
    return device.client?.settled();
  },
  advance: async (device, { seconds = 0 }) => {
    await device.advance(seconds * 1000);
    return device.client ? summary(device) : null;
  },
  set_clock: (device, { now = "" }) => {
    device.setClock(Date.parse(now));
    return null;
  },
  /** Dies before the n-th transaction from now. Every later one fails too, until `kill` and `open`. */
  arm: (device, { transactions = 1 }) => {
    device.diesAt = device.transactions + transactions;
    return device.transactions;
  },
  kill: (device) => {
    device.kill();
    return null;
  },
  transactions: (device) => device.transactions,
  rows: (device, { entity = "" }) => sorted(device.opened.list(entity)),
  row: (device, { entity = "", id = "" }) => device.opened.get(entity, id),
  outbox: (device) => device.opened.outbox(),
  status: (device) => summary(device),
  notices: (device) => device.notices.splice(0),
  faults: (device) => device.faults.splice(0),
  draft_put: (device, { key = "", draft = null }) => device.opened.drafts.put(key, draft),
  draft_get: async (device, { key = "" }) => (await device.opened.drafts.get(key))?.value ?? null,
  export: (device) => device.opened.exportOutbox(),
  logout: (device) => device.opened.logout(),
  copy: (device, { to = "" }) => copyDatabase(device.name, to),
  evict: async (device) => {
    device.kill();
    await deleteDB(device.name);
    return null;
  },
  /** Everything plain in the database: for looking whether something can be read that must not be. */
  dump: (device) => dump(device.name),
};

function summary(device: Device): unknown {
  const { readiness, ...sync } = device.opened.sync;
  return { ...sync, is_ready: readiness.isReady, now: new Date(device.now).toISOString() };
}

const sorted = (rows: readonly { id: string }[]) =>
  [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));

async function dump(name: string): Promise<Record<string, unknown[]>> {
  const db = await openDB(name);
  const all: Record<string, unknown[]> = {};
  for (const store of db.objectStoreNames) all[store] = (await db.getAll(store)) as unknown[];
  db.close();
  return all;
}
