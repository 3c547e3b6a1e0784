// The protocol vectors that a client can run, through the real store and overlay.

import "fake-indexeddb/auto";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { loadBase, loadShelf, readRow } from "../src/store/base";
import { commitPages, isCovered } from "../src/store/commit";
import { openDatabase } from "../src/store/database";
import { acknowledge, append, unsent } from "../src/store/outbox";
import type { Fields } from "../src/store/rows";
import type { Result } from "../src/store/schema";
import { sha256, encode } from "../src/store/seal";
import { openSession, type Cookies } from "../src/store/session";
import { stagePage, stagedPages } from "../src/store/staging";
import { registerEffects } from "../src/sync/effects";
import { canonical, type Mutation } from "../src/sync/line";
import { overlay } from "../src/sync/overlay";
import { parsePage } from "../src/sync/pull";

type Rows = Record<string, Fields>;
type Case = { name: string; spec: string } & (
  | {
      kind: "parse";
      lines: string[];
      cut?: number;
      expect: { ok: boolean; rows?: number; more?: boolean };
    }
  | {
      kind: "stage";
      runs: string[][][];
      pending: string[];
      expect: { rows: Rows; shelf: Rows; cookies: Cookies };
    }
  | { kind: "overlay"; base: Rows; mutations: Mutation[]; expect: Rows }
  | { kind: "cover"; cookies: Cookies; result: Result; expect: { kept: boolean } }
  | { kind: "line"; mutation: Mutation; expect: { line: string; sha256: string } }
  | {
      kind: "leave";
      outbox: number[];
      sent: number[];
      received_through: number;
      expect: { outbox: number[] };
    }
);
type Of<K extends Case["kind"]> = Extract<Case, { kind: K }>;

const folder = new URL("../../tests/vectors/protocol/", import.meta.url);
/** Files of this folder that only a server can run. */
const SERVER_ONLY: string[] = ["clock.json", "merge.json"];
const CLIENT = ["overlay.json", "pull.json", "push.json"];
let databases = 0;
const ran = new Set<string>();
registerEffects();

const aSession = () =>
  openSession(openDatabase({ name: `vectors-${++databases}` }), "ben", () => `device-${databases}`);

function parse({ lines, cut = 0, expect: wanted }: Of<"parse">): void {
  const text = lines.map((line) => `${line}\n`).join("");
  const read = () => parsePage(text.slice(0, text.length - cut));
  if (!wanted.ok) return expect(read).toThrow();
  expect(read()).toMatchObject({ more: wanted.more });
  expect(read().rows).toHaveLength(wanted.rows ?? 0);
}

async function stage({ runs, pending, expect: wanted }: Of<"stage">): Promise<void> {
  const session = await aSession();
  let base = await loadBase(session);
  for (const [n, run] of runs.entries()) {
    const pages = run.map((lines) => parsePage(lines.join("\n")));
    const last = pages.at(-1);
    for (const [number, page] of pages.slice(0, -1).entries())
      await stagePage(session, `run-${n}`, number, page);
    if (!last) throw new Error("a run without pages");
    const staged = await stagedPages(session, `run-${n}`);
    expect(await loadBase(session), "a staged page shows").toEqual(base);
    base = (
      await commitPages(session, base, {
        pages: [...staged, last],
        pending: new Set(pending),
        round: 1,
        run: `run-${n}`,
        front: () => null,
      })
    ).base;
  }
  expect(await loadBase(session), "memory and database differ").toEqual(base);
  const names = [...base.index].flatMap(([entity, rows]) =>
    [...rows.keys()].map((id) => [entity, id] as const),
  );
  const rows = await Promise.all(
    names.map(async ([entity, id]) => [
      `${entity}/${id}`,
      (await readRow(session, base, entity, id))?.fields,
    ]),
  );
  expect(Object.fromEntries(rows)).toEqual(wanted.rows);
  expect(
    Object.fromEntries(
      (await loadShelf(session)).map((one) => [`${one.entity}/${one.id}`, one.row.fields]),
    ),
  ).toEqual(wanted.shelf);
  expect(base.cookies).toEqual(wanted.cookies);
}

async function leave({
  outbox,
  sent,
  received_through: through,
  expect: wanted,
}: Of<"leave">): Promise<void> {
  const session = await aSession();
  const all = [];
  for (let mid = 1; mid <= Math.max(...outbox, ...sent); mid++)
    all.push(await append(session, (number) => `{"mid":${number}}`));
  const gone = all.filter((line) => !outbox.includes(line.mid));
  await acknowledge(session, { sent: gone, through: 1000, answers: [], at: 1, round: 0 });
  await acknowledge(session, {
    sent: all.filter((line) => sent.includes(line.mid)),
    through,
    answers: [],
    at: 1,
    round: 0,
  });
  expect((await unsent(session)).map((line) => line.mid)).toEqual(wanted.outbox);
}

async function run(one: Case): Promise<void> {
  switch (one.kind) {
    case "parse":
      return parse(one);
    case "stage":
      return stage(one);
    case "overlay":
      return expect(
        Object.fromEntries(overlay((entity, id) => one.base[`${entity}/${id}`], one.mutations)),
      ).toEqual(one.expect);
    case "cover":
      return expect(!isCovered({ result: one.result, round: 1 }, one.cookies, 1)).toBe(
        one.expect.kept,
      );
    case "line": {
      expect(canonical(one.mutation)).toBe(one.expect.line);
      return expect(await sha256(encode(canonical(one.mutation)))).toBe(one.expect.sha256);
    }
    case "leave":
      return leave(one);
    default:
      throw new Error(`Unknown kind of case: ${JSON.stringify(one)}`);
  }
}

describe.each(CLIENT)("%s", (file) => {
  const { cases } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { cases: Case[] };
  it.each(cases)("$spec $name", async (one) => {
    await run(one);
    ran.add(`${file}: ${one.name}`);
  });
  afterAll(() => {
    expect([...ran].filter((name) => name.startsWith(`${file}:`))).toHaveLength(cases.length);
  });
});

it("knows every file of the folder", () => {
  expect(
    readdirSync(folder)
      .filter((name) => !SERVER_ONLY.includes(name))
      .sort(),
  ).toEqual(CLIENT);
});
