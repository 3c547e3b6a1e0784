// An opened user: the database, the data key, and the small plain facts of this device (who it is, how far it has read,
// what both clocks said). Rows are elsewhere. Another tab may change the facts at any time, so each use reads them again.

import { StoreError, type Database, type Transaction } from "./database";
import { openDataKey } from "./keys";

export interface Cookie {
  seq: number;
  grant_epoch: number | string;
  view: string;
  snap?: boolean;
}
export type Cookies = Record<string, Cookie>;
export interface Anchor {
  server_at: string;
  wall_at: string;
}
export interface Limits {
  push_mutations: number;
  push_bytes: number;
  pull_bytes: number;
  blob_part_bytes: number;
}
export interface User {
  id: string;
  name: string;
  locale: string;
}

/** Everything plain that is known about this device, by name. */
export interface Facts {
  device: string;
  head: number;
  epoch: string | null;
  cookies: Cookies;
  /** Counts commits: a page sequence that was begun on another number is stale. */
  gen: number;
  /** The commit that the front was last known to say the same as. Who knows of no front moves `gen` alone. */
  gen_of_front: number;
  anchor: Anchor | null;
  limits: Limits | null;
  profile: User | null;
}
export interface Session {
  db: Database;
  user: string;
  key: CryptoKey;
  keyId: string;
  /** Nothing of this user was in the store before. */
  isNew: boolean;
  newId: () => string;
}

/** This phone's moment in true time, as far as what it last heard from the server tells. */
export const trueTime = (at: number, anchor: Anchor | null): number =>
  anchor ? at - (Date.parse(anchor.wall_at) - Date.parse(anchor.server_at)) : at;

const EMPTY: Omit<Facts, "device"> = {
  head: 0,
  epoch: null,
  cookies: {},
  gen: 0,
  gen_of_front: -1,
  anchor: null,
  limits: null,
  profile: null,
};

/** The facts of a first start; false when another tab was first. */
const begin = (db: Database, user: string, device: string): Promise<boolean> =>
  db.writeStrict(["meta"], async (tx) => {
    if ((await fact(tx, user, "device")) !== undefined) return false;
    await setFacts(tx, user, { ...EMPTY, device });
    return true;
  });

export async function openSession(
  db: Database,
  user: string,
  newId: () => string,
): Promise<Session> {
  // A durable write waits for the disk: only the very first start makes one.
  const [{ key, keyId }, known] = await Promise.all([
    openDataKey(db, user, newId),
    db.read(["meta"], (tx) => fact(tx, user, "device")),
  ]);
  const isNew = known === undefined && (await begin(db, user, newId()));
  return { db, user, key, keyId, isNew, newId };
}

/** Another tab may have logged this user out, and in again with another key: what this tab seals could never be opened. */
export async function requireHere(tx: Transaction, session: Session): Promise<void> {
  const row = await tx.objectStore("keys").get(session.user);
  if (row?.key_id !== session.keyId)
    throw new StoreError("locked", "This user has logged out on this phone");
}

export async function fact<K extends keyof Facts>(
  tx: Transaction,
  user: string,
  name: K,
): Promise<Facts[K]> {
  return (await tx.objectStore("meta").get([user, name])) as Facts[K];
}

export async function setFacts(
  tx: Transaction,
  user: string,
  facts: Partial<Facts>,
): Promise<void> {
  const meta = tx.objectStore("meta");
  await Promise.all(Object.entries(facts).map(([name, value]) => meta.put(value, [user, name])));
}

export async function allFacts(tx: Transaction, user: string): Promise<Facts> {
  const names = ["device", ...Object.keys(EMPTY)] as (keyof Facts)[];
  const values = await Promise.all(names.map((name) => fact(tx, user, name)));
  return Object.fromEntries(names.map((name, n) => [name, values[n]])) as unknown as Facts;
}

export const readFacts = (session: Session): Promise<Facts> =>
  session.db.read(["meta"], (tx) => allFacts(tx, session.user));

export const saveFacts = (session: Session, facts: Partial<Facts>): Promise<void> =>
  session.db.write(["meta"], (tx) => setFacts(tx, session.user, facts));
