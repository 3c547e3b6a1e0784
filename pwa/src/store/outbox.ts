// The outbox: what this user did and the server has not yet confirmed as stored. A line is built once, numbered without a
// gap, sealed, and never changed. It leaves only in `acknowledge`. Which lines to send is decided by the reducer.

import { StoreError } from "./database";
import { dropIn, type Spends } from "./drafts";
import { encode, openText, sealText, sha256 } from "./seal";
import { allFacts, fact, requireHere, setFacts, type Session } from "./session";
import type { AckedRow, OutboxRow, Result, Sealed } from "./schema";

export interface Line {
  mid: number;
  sha: string;
  line: string;
  size: number;
}
export type Answer = Result & { mid: number };
export const KEEP_DAYS = 30;
/** PROTOCOL 5.13: what the line was about is erased, and so is what it said. It is never sent again. */
export const ERASED = "erased";

const place = (device: string, mid: number, sha: string) => `${device}:${mid}:${sha}`;
const ofUser = (user: string) => IDBKeyRange.bound([user, 0], [user, Infinity]);

/** Numbers, seals and stores one act, and ends the draft whose words it carries. The number is taken back and tried again when
 *  another tab was faster. */
export async function append(
  session: Session,
  build: (mid: number) => string,
  spends?: Spends,
): Promise<Line> {
  for (;;) {
    const { device, head } = await session.db.read(["meta"], (tx) => allFacts(tx, session.user));
    const mid = head + 1;
    const { row, line } = await sealLine(session, device, mid, build(mid));
    const stores = ["meta", "outbox", "keys", ...(spends ? ["drafts" as const] : [])] as const;
    const stored = await session.db.writeStrict([...stores], async (tx) => {
      await requireHere(tx, session);
      if (
        (await fact(tx, session.user, "head")) !== head ||
        (await fact(tx, session.user, "device")) !== device
      )
        return false;
      if (spends && !(await dropIn(tx, session, spends)) && spends.isAll)
        throw new StoreError("stale", "These words were changed or saved in another tab");
      await tx.objectStore("outbox").add(row);
      await setFacts(tx, session.user, { head: mid });
      return true;
    });
    if (stored) return line;
  }
}

/** Builds the frozen row of a line; the caller stores it. */
export async function sealLine(
  session: Session,
  device: string,
  mid: number,
  text: string,
): Promise<{ row: OutboxRow; line: Line }> {
  const bytes = encode(text);
  const sha = await sha256(bytes);
  const sealed = await sealText(session.key, place(device, mid, sha), text);
  return {
    row: { mid, user: session.user, sha, alg: "A256GCM", ...sealed },
    line: { mid, sha, line: text, size: bytes.length },
  };
}

/** Unsent lines in order, all or those of `mids`. */
export async function unsent(session: Session, mids?: readonly number[]): Promise<Line[]> {
  const { device, rows } = await session.db.read(["meta", "outbox"], async (tx) => ({
    device: await fact(tx, session.user, "device"),
    rows: await tx
      .objectStore("outbox")
      .getAll(mids ? between(session.user, mids) : ofUser(session.user)),
  }));
  return Promise.all(rows.map((row) => openLine(session, device, row)));
}

/** The numbers of a request are contiguous, so first and last name them all. */
const between = (user: string, mids: readonly number[]) =>
  IDBKeyRange.bound([user, mids[0] ?? 0], [user, mids.at(-1) ?? 0]);

export const countUnsent = (session: Session): Promise<number> =>
  session.db.read(["outbox"], (tx) => tx.objectStore("outbox").count(ofUser(session.user)));

async function openLine(session: Session, device: string, row: OutboxRow): Promise<Line> {
  const line = await openText(session.key, place(device, row.mid, row.sha), row);
  return { mid: row.mid, sha: row.sha, line, size: encode(line).length };
}

/** Reads an act back from the disk, opens it and hashes it. For what is acknowledged the server's answer is the proof. */
export async function isStored(session: Session, mid: number): Promise<boolean> {
  const [line] = await unsent(session, [mid]);
  if (line) return (await sha256(encode(line.line))) === line.sha;
  return session.db.read(["meta", "acked"], async (tx) => {
    const device = await fact(tx, session.user, "device");
    return (await tx.objectStore("acked").getKey([device, mid])) !== undefined;
  });
}

export interface Acknowledged extends Line {
  result: Result;
  device: string;
  acked_at: number;
  round: number;
  open: boolean;
}

/** Acknowledged lines: those whose effect is still shown as an overlay, and the delivered ones since a time (for the outbox screen). */
export async function acknowledged(session: Session, since: number): Promise<Acknowledged[]> {
  const all = await session.db.read(["acked"], async (tx) => {
    const index = tx.objectStore("acked").index("open");
    return [
      ...(await index.getAll([session.user, 1])),
      ...(await index.getAll([session.user, 0])).filter((row) => row.acked_at >= since),
    ];
  });
  const rows = all.sort((a, b) => a.acked_at - b.acked_at || a.mid - b.mid);
  return Promise.all(
    rows.map(async (row) => ({
      ...(await openLine(session, row.device, row)),
      result: row.result,
      device: row.device,
      acked_at: row.acked_at,
      round: row.round,
      open: row.open === 1,
    })),
  );
}

export interface Reply {
  sent: readonly Pick<Line, "mid" | "sha" | "line">[];
  through: number;
  answers: readonly Answer[];
  at: number;
  round: number;
}

/** Lines of the outbox or, when they were stored and are asked about again, of the acknowledged ones. */
export async function linesToSend(
  session: Session,
  mids: readonly number[],
  again: boolean,
): Promise<Line[]> {
  if (!again) return unsent(session, mids);
  const { device, rows } = await session.db.read(["meta", "acked"], async (tx) => {
    const device = await fact(tx, session.user, "device");
    return { device, rows: await tx.objectStore("acked").getAll(between(device, mids)) };
  });
  return Promise.all(rows.map((row) => openLine(session, device, row)));
}

/** PROTOCOL 5.9: only what was sent, is the same bytes, and is confirmed as stored leaves. Returns the numbers that left. */
export async function acknowledge(session: Session, reply: Reply): Promise<number[]> {
  const answers = new Map(reply.answers.map((answer) => [answer.mid, answer]));
  const stored = reply.sent.filter(({ mid }) => mid <= reply.through);
  const emptied = await emptiedLines(session, reply);
  return session.db.writeStrict(["meta", "outbox", "acked"], async (tx) => {
    const device = await fact(tx, session.user, "device");
    const left: number[] = [];
    for (const { mid, sha } of stored) {
      const row = await tx.objectStore("outbox").get([session.user, mid]);
      if (row?.sha === sha) {
        await tx.objectStore("outbox").delete([session.user, mid]);
        left.push(mid);
      }
      const known = row?.sha === sha ? row : await tx.objectStore("acked").get([device, mid]);
      if (known?.sha === sha)
        await tx
          .objectStore("acked")
          .put({ ...acked(known, device, answers.get(mid), reply), ...emptied.get(mid) });
    }
    return left;
  });
}

function acked(
  row: OutboxRow | AckedRow,
  device: string,
  answer: Answer | undefined,
  reply: Reply,
): AckedRow {
  const result: Result = answer
    ? {
        state: answer.state,
        code: answer.code,
        applied_seq: answer.applied_seq,
        sentence: answer.sentence,
      }
    : { state: "received", code: "received", applied_seq: null, sentence: null };
  return {
    ...row,
    device,
    acked_at: reply.at,
    result,
    open: result.state === "parked" || result.code === ERASED ? 0 : 1,
    round: reply.round,
  };
}

/** By number: the sealed rest of the lines that are answered as erased. Sealed before the transaction, which waits for nothing. */
async function emptiedLines(session: Session, reply: Reply): Promise<Map<number, Sealed>> {
  const gone = new Set(reply.answers.filter(({ code }) => code === ERASED).map(({ mid }) => mid));
  const lines = reply.sent.filter(({ mid }) => gone.has(mid));
  if (lines.length === 0) return new Map();
  const device = await session.db.read(["meta"], (tx) => fact(tx, session.user, "device"));
  return new Map(
    await Promise.all(
      lines.map(
        async ({ mid, sha, line }) =>
          [mid, await sealText(session.key, place(device, mid, sha), emptied(line))] as const,
      ),
    ),
  );
}

const emptied = (line: string) =>
  JSON.stringify({ ...(JSON.parse(line) as Record<string, unknown>), args: {} });

/** PROTOCOL 4.9: the acknowledged lines about these records, by `entity/id`, without what they said. */
export async function emptiedAbout(
  session: Session,
  names: ReadonlySet<string>,
): Promise<AckedRow[]> {
  if (names.size === 0) return [];
  const rows = await session.db.read(["acked"], (tx) =>
    tx
      .objectStore("acked")
      .index("open")
      .getAll(IDBKeyRange.bound([session.user, 0], [session.user, 1])),
  );
  const found = await Promise.all(
    rows.map(async (row): Promise<AckedRow | null> => {
      const { line } = await openLine(session, row.device, row);
      const { entity, entity_id } = JSON.parse(line) as { entity: string; entity_id: string };
      if (!names.has(`${entity}/${entity_id}`) || row.result.code === ERASED) return null;
      const rest = await sealText(session.key, place(row.device, row.mid, row.sha), emptied(line));
      return { ...row, ...rest, open: 0, result: { ...row.result, code: ERASED } };
    }),
  );
  return found.filter((row) => row !== null);
}

export async function prune(session: Session, now: number): Promise<void> {
  await session.db.write(["acked"], async (tx) => {
    for (const row of await tx.objectStore("acked").index("open").getAll([session.user, 0])) {
      if (row.acked_at < now - KEEP_DAYS * 86_400_000)
        await tx.objectStore("acked").delete([row.device, row.mid]);
    }
  });
}
