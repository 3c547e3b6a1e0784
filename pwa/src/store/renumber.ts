// The two moments at which the outbox is taken back: the server was restored (send again what was acknowledged), and the
// numbers of this device are spoilt (start a new device; unsent acts keep their id and get new numbers). Nothing is lost in either.

import { setFacts, fact, allFacts, requireHere, type Session } from "./session";
import { ERASED, sealLine, unsent, type Line } from "./outbox";

/**
 * PROTOCOL 2.9: another history of the server. Cookies go, everything acknowledged that is still held is sent again. `gen` moves on, so
 * that a pull of the old history which is just being written fails.
 */
export function enterEpoch(session: Session, epoch: string): Promise<void> {
  return session.db.writeStrict(["meta", "outbox", "acked", "staging"], async (tx) => {
    const { user } = session;
    const device = await fact(tx, user, "device");
    for (const row of await tx
      .objectStore("acked")
      .getAll(IDBKeyRange.bound([device, 0], [device, Infinity]))) {
      const { mid, sha, alg, iv, bytes } = row;
      if (row.result.code !== ERASED)
        await tx.objectStore("outbox").put({ mid, user, sha, alg, iv, bytes });
      await tx.objectStore("acked").delete([device, mid]);
    }
    await tx.objectStore("staging").delete(IDBKeyRange.bound([user, ""], [user, "\uffff"]));
    await setFacts(tx, user, { epoch, cookies: {}, gen: (await fact(tx, user, "gen")) + 1 });
  });
}

/** Puts acknowledged lines from `mid` on back into the queue. False when `mid` itself is no longer held. */
export function resendFrom(session: Session, mid: number): Promise<boolean> {
  return session.db.writeStrict(["meta", "outbox", "acked"], async (tx) => {
    const { user } = session;
    const device = await fact(tx, user, "device");
    if (await tx.objectStore("outbox").getKey([user, mid])) return true;
    const held = await tx
      .objectStore("acked")
      .getAll(IDBKeyRange.bound([device, mid], [device, Infinity]));
    if (held[0]?.mid !== mid || held[0].result.code === ERASED) return false;
    for (const { sha, alg, iv, bytes, mid: number, result } of held) {
      if (result.code !== ERASED)
        await tx.objectStore("outbox").put({ mid: number, user, sha, alg, iv, bytes });
      await tx.objectStore("acked").delete([device, number]);
    }
    return true;
  });
}

/**
 * PROTOCOL 3.4: a new device id. What is unsent is written again under it with new numbers and the same mutation ids; the old
 * lines were never stored by the server. False when another tab moved first: the caller reads again.
 */
export async function startNewDevice(session: Session): Promise<boolean> {
  const before = await session.db.read(["meta"], (tx) => allFacts(tx, session.user));
  const old = await unsent(session);
  const device = session.newId();
  const numbers = new Map(old.map((line, n) => [line.mid, n + 1]));
  const rows = await Promise.all(
    old.map(
      async (line, n) =>
        (await sealLine(session, device, n + 1, renumbered(line, n + 1, numbers))).row,
    ),
  );
  return session.db.writeStrict(["meta", "keys", "outbox"], async (tx) => {
    await requireHere(tx, session);
    const now = await allFacts(tx, session.user);
    if (now.device !== before.device || now.head !== before.head) return false;
    for (const { mid } of old) await tx.objectStore("outbox").delete([session.user, mid]);
    for (const row of rows) await tx.objectStore("outbox").put(row);
    await setFacts(tx, session.user, { device, head: rows.length });
    return true;
  });
}

/** The order among the moved acts stays; what they waited for on the old device has been stored long ago. */
function renumbered(line: Line, mid: number, numbers: ReadonlyMap<number, number>): string {
  const mutation = JSON.parse(line.line) as Record<string, unknown> & { after?: number[] };
  const after = mutation.after?.flatMap((one) => numbers.get(one) ?? []);
  return JSON.stringify({
    ...mutation,
    mid,
    ...(after?.length ? { after } : { after: undefined }),
  });
}
