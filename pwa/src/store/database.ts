// The one connection to IndexedDB: explicit transactions, a lost connection reopened once, and a watchdog that turns a
// hung transaction into an error. It knows no record. Retrying is safe because an aborted transaction has written nothing.

import { openDB, type IDBPDatabase, type IDBPTransaction } from "idb";
import { upgrade, VERSION, type Schema, type StoreName } from "./schema";

export type Transaction = IDBPTransaction<Schema, StoreName[], "readwrite">;
export type Work<T> = (tx: Transaction) => Promise<T>;

export class StoreError extends Error {
  constructor(
    readonly kind: "hung" | "full" | "lost" | "stale" | "locked",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "StoreError";
  }
}

export interface Database {
  read<T>(stores: StoreName[], work: Work<T>): Promise<T>;
  write<T>(stores: StoreName[], work: Work<T>): Promise<T>;
  /** `write` that returns when the bytes are on the disk, for what exists nowhere else. */
  writeStrict<T>(stores: StoreName[], work: Work<T>): Promise<T>;
  close(): void;
}
export interface DatabaseOptions {
  name?: string;
  watchdogMs?: number;
  /** Called before each transaction; throwing stands for a process that died there (tests). */
  gate?: () => void;
}

export function openDatabase(options: DatabaseOptions = {}): Database {
  const name = options.name ?? "callout";
  let connection: Promise<IDBPDatabase<Schema>> | null = null;

  const forget = () => {
    connection = null;
  };
  const connect = () =>
    (connection ??= openDB<Schema>(name, VERSION, {
      upgrade: (db, from) => {
        upgrade(db, from);
      },
      blocking: (_from, _to, event) => {
        (event.target as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    }).catch((error: unknown) => {
      forget();
      throw error;
    }));

  async function attempt<T>(
    stores: StoreName[],
    mode: IDBTransactionMode,
    strict: boolean,
    work: Work<T>,
  ): Promise<T> {
    options.gate?.();
    const db = await connect();
    const tx = db.transaction(stores, mode as "readwrite", {
      durability: strict ? "strict" : "default",
    });
    const ended = tx.done.then(
      () => null,
      (error: unknown) => error ?? new DOMException("aborted", "AbortError"),
    );
    try {
      const value = await guard(tx as Transaction, work, options.watchdogMs ?? 5000);
      const failure = await within(ended, options.watchdogMs ?? 5000, () => {
        abort(tx as Transaction);
      });
      if (failure !== null) throw failure;
      return value;
    } catch (error) {
      abort(tx as Transaction);
      throw error;
    }
  }

  async function run<T>(
    stores: StoreName[],
    mode: IDBTransactionMode,
    strict: boolean,
    work: Work<T>,
  ): Promise<T> {
    try {
      return await attempt(stores, mode, strict, work);
    } catch (error) {
      if (!isLost(error)) throw named(error);
      forget();
      try {
        return await attempt(stores, mode, strict, work);
      } catch (again) {
        throw named(again);
      }
    }
  }

  return {
    read: (stores, work) => run(stores, "readonly", false, work),
    write: (stores, work) => run(stores, "readwrite", false, work),
    writeStrict: (stores, work) => run(stores, "readwrite", true, work),
    close: () => {
      void connection?.then((db) => {
        db.close();
      });
      forget();
    },
  };
}

function guard<T>(tx: Transaction, work: Work<T>, ms: number): Promise<T> {
  return within(work(tx), ms, () => {
    abort(tx);
  });
}

async function within<T>(wait: Promise<T>, ms: number, onHang: () => void): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const bell = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      onHang();
      reject(new StoreError("hung", `The phone's storage has not answered for ${ms / 1000} s`));
    }, ms);
  });
  try {
    return await Promise.race([wait, bell]);
  } finally {
    clearTimeout(timer);
  }
}

function abort(tx: Transaction): void {
  try {
    tx.abort();
  } catch {
    /* it had ended already */
  }
}

/** Browsers name a lost connection in three ways; each of them leaves nothing written. */
function isLost(error: unknown): boolean {
  return (
    error instanceof DOMException &&
    ["InvalidStateError", "UnknownError", "AbortError"].includes(error.name)
  );
}

function named(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  if (error.name === "QuotaExceededError")
    return new StoreError("full", "This phone has no room left", { cause: error });
  return isLost(error)
    ? new StoreError("lost", "The connection to the phone’s storage was lost", { cause: error })
    : error;
}
