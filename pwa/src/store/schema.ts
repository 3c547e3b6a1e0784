// The shape of the phone's database. Additive only: a new version adds stores and indexes and never changes or removes one,
// and the outbox row of PROTOCOL 11.5 is frozen. Every value that a person typed is sealed; ids, channels and versions are plain.

import type { DBSchema, IDBPDatabase, StoreNames } from "idb";

export interface Sealed {
  iv: ArrayBuffer;
  bytes: ArrayBuffer;
}

/** PROTOCOL 11.5. */
export interface OutboxRow extends Sealed {
  mid: number;
  user: string;
  sha: string;
  alg: "A256GCM";
}

export type MutationState = "applied" | "merged" | "conflict" | "parked" | "duplicate" | "received";
export interface Result {
  state: MutationState;
  code: string;
  applied_seq: number | null;
  sentence: string | null;
}

/** Kept 30 days for a restored server. `open` is 1 while its effect is still shown as an overlay. `round`: pulls begun before the answer. */
export interface AckedRow extends OutboxRow {
  device: string;
  acked_at: number;
  result: Result;
  open: 0 | 1;
  round: number;
}

export interface KeyRow {
  user: string;
  key_id: string;
  /** The data key under a key that never leaves this browser. */
  wrap: Sealed & { key: CryptoKey };
  /** The data key under the server's intake key: who holds the phone cannot open it. */
  intake: { id: string; bytes: ArrayBuffer } | null;
}

export interface IndexEntry {
  v: number;
  c: string[];
  block: string;
}
/** One per entity: where its rows are, and (sealed) the columns that lists show. */
export interface ListRow extends Sealed {
  user: string;
  entity: string;
  /** As version 0.1.0 wrote it; empty where `index` is. */
  rows: [string, IndexEntry][];
  /** The same as JSON: thousands of small objects are slow to read out of this database, one text is not. */
  index?: string;
}
/** One per work order, or a sixteenth of another entity: whole rows, by view. */
export interface BlockRow extends Sealed {
  user: string;
  block: string;
}

export interface StagedPage extends Sealed {
  user: string;
  run: string;
  page: number;
}
export interface ShelfRow extends Sealed {
  user: string;
  entity: string;
  id: string;
  v: number;
}
export interface DraftRow extends Sealed {
  user: string;
  key: string;
  at: number;
}
export interface ChunkRow extends Sealed {
  user: string;
  sha: string;
  n: number;
  /** Which data key it is sealed with: the same person may have left and come back. */
  data_key: string;
}
/** What a user left unsent at log-out: only the server can open it (PROTOCOL 8). Photos stay in `chunks` until they are sent. */
export interface EnvelopeRow {
  device: string;
  user: string;
  data_key: string;
  key_id: string;
  wrapped_key: ArrayBuffer;
  rows: OutboxRow[];
  drafts: DraftRow[];
}

export interface Schema extends DBSchema {
  meta: { key: [string, string]; value: unknown };
  keys: { key: string; value: KeyRow };
  outbox: { key: [string, number]; value: OutboxRow };
  acked: { key: [string, number]; value: AckedRow; indexes: { open: [string, number] } };
  drafts: { key: [string, string]; value: DraftRow };
  lists: { key: [string, string]; value: ListRow };
  blocks: { key: [string, string]; value: BlockRow };
  staging: { key: [string, string, number]; value: StagedPage };
  shelf: { key: [string, string, string]; value: ShelfRow };
  chunks: { key: [string, string, number]; value: ChunkRow };
  envelopes: { key: string; value: EnvelopeRow };
}
export type StoreName = StoreNames<Schema>;

export const VERSION = 1;

export function upgrade(db: IDBPDatabase<Schema>, from: number): void {
  if (from >= 1) return;
  db.createObjectStore("meta");
  db.createObjectStore("keys", { keyPath: "user" });
  db.createObjectStore("outbox", { keyPath: ["user", "mid"] });
  db.createObjectStore("acked", { keyPath: ["device", "mid"] }).createIndex("open", [
    "user",
    "open",
  ]);
  db.createObjectStore("drafts", { keyPath: ["user", "key"] });
  db.createObjectStore("lists", { keyPath: ["user", "entity"] });
  db.createObjectStore("blocks", { keyPath: ["user", "block"] });
  db.createObjectStore("staging", { keyPath: ["user", "run", "page"] });
  db.createObjectStore("shelf", { keyPath: ["user", "entity", "id"] });
  db.createObjectStore("chunks", { keyPath: ["user", "sha", "n"] });
  db.createObjectStore("envelopes", { keyPath: "device" });
}
