// Whose phone this is, durably: browsers write localStorage to the disk when they like, and a battery that dies seconds after
// signing in would make an offline start ask for a login. Holds no secret. It knows nothing of sessions.

import { openDatabase, type DatabaseOptions } from "./database";

/** In the place of a user's id; no user has an empty one. */
const PLACE: [string, string] = ["", "owner"];

/** What was kept, as it was kept; null when this phone is nobody's or its store does not open. */
export async function readOwner(options?: DatabaseOptions): Promise<unknown> {
  const db = openDatabase(options);
  try {
    return (
      (await db.read(
        ["meta"],
        async (tx) => (await tx.objectStore("meta").get(PLACE)) as unknown,
      )) ?? null
    );
  } catch {
    return null;
  } finally {
    db.close();
  }
}

/** On the disk when it returns; null makes the phone nobody's. */
export async function keepOwner(owner: object | null, options?: DatabaseOptions): Promise<void> {
  const db = openDatabase(options);
  try {
    await db.writeStrict(["meta"], async (tx) => {
      const meta = tx.objectStore("meta");
      if (owner) await meta.put(owner, PLACE);
      else await meta.delete(PLACE);
    });
  } finally {
    db.close();
  }
}
