// The first reads of a start, asked of the disk together: a slow phone waits longer for each answer of its disk than for what is in it.

import { openDatabase, type Database, type DatabaseOptions } from "./database";
import { openFront, readFront, type Front } from "./front";
import { othersHere } from "./left";
import { openSession, type Session } from "./session";

export interface Opening {
  db: Database;
  /** Users who are still here besides this one. */
  others: string[];
  session: Session;
  /** The rows of this day; null when none are kept for this moment. */
  front: Front | null;
  /** Nothing that was done here is yet to be laid over them. */
  isSettled: boolean;
}

export async function openStore(
  user: string,
  { newId, now, ...options }: DatabaseOptions & { newId: () => string; now: () => number },
): Promise<Opening> {
  const db = openDatabase(options);
  const [others, session, kept, isSettled] = await Promise.all([
    othersHere(db, user),
    openSession(db, user, newId),
    readFront(db, user),
    nothingOpen(db, user),
  ]);
  // A front that cannot be opened is no loss: the lists themselves are read.
  const front = await openFront(session, kept, now()).catch(() => null);
  return { db, others, session, front, isSettled };
}

const nothingOpen = (db: Database, user: string): Promise<boolean> =>
  db.read(["outbox", "acked", "shelf"], async (tx) => {
    const of = IDBKeyRange.bound([user], [user, []]);
    const counts = await Promise.all([
      tx.objectStore("outbox").count(of),
      tx.objectStore("acked").index("open").count([user, 1]),
      tx.objectStore("shelf").count(of),
    ]);
    return counts.every((count) => count === 0);
  });
