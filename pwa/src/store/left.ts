// Who is here and what those who left have left behind: asked at every start, so kept apart from the leaving itself (`leaving.ts`),
// which is loaded when somebody goes.

import type { Database } from "./database";
import type { EnvelopeRow } from "./schema";

/** Other users whose data this phone can still open. */
export function othersHere(db: Database, user: string): Promise<string[]> {
  return db.read(["keys"], async (tx) =>
    (await tx.objectStore("keys").getAllKeys()).filter((one) => one !== user),
  );
}

/** Sealed work that waits to be handed in. */
export const envelopes = (db: Database): Promise<EnvelopeRow[]> =>
  db.read(["envelopes"], (tx) => tx.objectStore("envelopes").getAll());
