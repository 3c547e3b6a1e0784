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
}

export async function openStore(
  user: string,
  { newId, now, ...options }: DatabaseOptions & { newId: () => string; now: () => number },
): Promise<Opening> {
  const db = openDatabase(options);
  const [others, session, kept] = await Promise.all([
    othersHere(db, user),
    openSession(db, user, newId),
    readFront(db, user),
  ]);
  // A front that cannot be opened is no loss: the lists themselves are read.
  const front = await openFront(session, kept, now()).catch(() => null);
  return { db, others, session, front };
}
