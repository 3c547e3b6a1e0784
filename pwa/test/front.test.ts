// A start shows the day's rows first: what they are, when they are used, and that nothing is lost by it.

import { beforeEach, describe, expect, it } from "vitest";
import { daysOf, jobsOf, zoneOfDay, type Job } from "../src/engineer/jobs";
import { emptyBase, loadBase, type Base } from "../src/store/base";
import { openStore, type Opening } from "../src/store/opening";
import type { Fields } from "../src/store/rows";
import { fact, readFacts, setFacts } from "../src/store/session";
import type { Client } from "../src/sync/client";
import { chooseFront } from "../src/sync/front";
import type { Shown } from "../src/sync/model";
import { FakeServer } from "./fake_server";
import { act, dispatched, edit, Phone, seeded } from "./phone";

const HOUR = 3_600_000;
const at = (now: number, hours: number) => new Date(now + hours * HOUR).toISOString();

describe("which rows the day shows", () => {
  const ZONES = ["Asia/Shanghai", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"];
  const STATES = "planned dispatched accepted travelling on_site paused done cannot_complete".split(
    " ",
  );

  /** Some jobs over three weeks around a moment, most of them simple, a few odd. */
  function base(now: number, random: () => number): Base {
    const made = emptyBase();
    const put = (entity: string, id: string, fields: Fields) => {
      const rows = made.lists.get(entity) ?? new Map<string, Fields>();
      made.lists.set(entity, rows.set(id, fields));
    };
    const some = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
    const when = () => at(now, Math.floor(random() * 504) - 252);
    for (const zone of ZONES) put("site", zone, { zone, name: zone });
    for (let n = 0; n < 120; n++) {
      const planned = random() < 0.9 ? when() : null;
      const status = some(STATES);
      put("work_order", `wo-${n}`, { summary: `Job ${n}`, site_id: some(ZONES) });
      put("visit", `v-${n}`, {
        work_order_id: `wo-${n}`,
        engineer_id: "ben",
        status,
        planned_start: planned,
        promised_from: random() < 0.3 ? when() : null,
        completed_at: status === "done" && random() < 0.8 ? when() : null,
        status_changed_at: when(),
      });
    }
    return made;
  }

  const today = (base: Base, ids: ReadonlyMap<string, ReadonlySet<string>> | null, now: number) => {
    const rows = new Map<string, Shown[]>();
    const list = (entity: string): Shown[] => {
      const known = rows.get(entity);
      if (known) return known;
      const all = [...(base.lists.get(entity) ?? [])].map(([id, fields]) => ({ ...fields, id }));
      const some = ids ? all.filter(({ id }) => ids.get(entity)?.has(id)) : all;
      rows.set(entity, some);
      return some;
    };
    const jobs = jobsOf(list, "ben", "Asia/Shanghai");
    const { hero, open, done, count } = daysOf(jobs, now);
    const told = ({ id, title, zone }: Job) => ({ id, title, zone });
    return {
      hero: hero && told(hero),
      open: open.map(told),
      done: done.map(told),
      count,
      zone: zoneOfDay(jobs, "Asia/Shanghai", now),
    };
  };

  it("shows the same day as all rows do, in every zone, as long as it says it holds", () => {
    const random = seeded(11);
    for (let turn = 0; turn < 40; turn++) {
      const now = Date.UTC(2026, 10, 26) + Math.floor(random() * 24 * 60) * 60_000;
      const all = base(now, random);
      const choice = chooseFront(now)(all);
      if (!choice) throw new Error("No choice");
      expect(choice.ids.get("visit")?.size).toBeLessThan(110);
      for (let later = choice.from; later < choice.until; later += 2.9 * HOUR)
        expect(today(all, choice.ids, later)).toEqual(today(all, null, later));
    }
  });

  it("is not made of hundreds: then the lists themselves are as quick", () => {
    const now = Date.UTC(2026, 10, 26);
    const all = emptyBase();
    const visit = { engineer_id: "ben", status: "accepted", planned_start: at(now, 2) };
    all.lists.set("visit", new Map(Array.from({ length: 201 }, (_, n) => [`v-${n}`, visit])));
    expect(chooseFront(now)(all)).toBeNull();
  });
});

describe("Ben's phone", () => {
  let server: FakeServer;
  let phone: Phone;
  beforeEach(() => {
    server = new FakeServer();
    phone = new Phone(server);
    for (let n = 0; n < 30; n++) {
      server.put("work_order", `wo-${n}`, {
        summary: `Job ${n}`,
        site_id: "s-1",
        contact_id: `c-${n}`,
      });
      server.put("contact", `c-${n}`, { name: `Person ${n}` });
      server.put("visit", `v-${n}`, {
        ...dispatched,
        work_order_id: `wo-${n}`,
        planned_start: at(phone.now, n * 24 - 240),
      });
    }
    server.put("site", "s-1", { name: "Basement", zone: "Asia/Shanghai" });
    server.put("conflict", "k-1", { state: "open" });
    server.put("conflict", "k-2", { state: "resolved" });
    server.put("attachment", "a-1", { state: "missing", sha256: "ab", work_order_id: "wo-29" });
    server.put("attachment", "a-2", { state: "ready", sha256: "cd", work_order_id: "wo-10" });
  });

  /** A start whose first screen stands, and what lets it go on. */
  async function start(): Promise<{ client: Client; goOn: () => void }> {
    let goOn = (): void => undefined;
    const shown = new Promise<void>((go) => (goOn = go));
    return { client: await phone.open("ben", { afterDay: () => shown }), goOn };
  }
  const visits = (client: Client) => client.list("visit").map(({ id }) => id);
  async function firstDay(): Promise<void> {
    await phone.open();
    await phone.pass(1);
    await phone.kill();
    phone.online = false;
  }

  async function isQuick(): Promise<void> {
    const { client, goOn } = await start();
    expect(client.sync.isDayOnly).toBe(true);
    goOn();
    await client.whole;
  }
  /** Not shown at this start, and at the next one it is. */
  async function isMadeAnew(): Promise<void> {
    const { client } = await start(); // resolves though nobody lets it go on
    expect(client.sync.isDayOnly).toBe(false);
    await new Promise((rest) => setTimeout(rest, 20));
    await phone.kill();
    await isQuick();
  }

  it("shows the day first, with all that a job of it names, and then the rest", async () => {
    await firstDay();
    const { client, goOn } = await start();
    expect(client.sync.isDayOnly).toBe(true);
    expect(visits(client)).toContain("v-10");
    expect(visits(client).length).toBeLessThan(8);
    expect(client.list("contact").length).toBe(visits(client).length);
    expect(client.conflicts().length).toBe(1);
    expect(client.sync).toMatchObject({
      loading: null,
      phase: "offline",
      readiness: { isReady: true },
      files: 1,
    });
    expect(client.sync.lastPullAt).not.toBeNull();
    const opened = client.get("visit", "v-29"); // of another day: it is waited for
    goOn();
    expect((await opened)?.work_order_id).toBe("wo-29");
    expect(client.sync.isDayOnly).toBe(false);
    expect(visits(client).length).toBe(30);
  });

  it("keeps what is done before the rest is there, and sends it", async () => {
    await firstDay();
    phone.online = true;
    const { client, goOn } = await start();
    const saved = client.mutate(act("visit.accept", "v-10"));
    goOn();
    expect((await saved).mid).toBe(1);
    await phone.pass(5);
    expect(server.fields("visit", "v-10").status).toBe("accepted");
    expect(client.sync).toMatchObject({ pending: 0, phase: "idle" });
  });

  it("never says anything else than the lists: after what came, changed, left and was erased", async () => {
    const client = await phone.open();
    await phone.pass(1);
    const kept = async (): Promise<[Opening, Base]> => {
      const opening = await openStore("ben", {
        name: phone.name,
        now: () => phone.now,
        newId: () => "x",
      });
      const base = await loadBase(opening.session);
      opening.db.close();
      return [opening, base];
    };
    const changes = [
      () => server.put("visit", "v-10", { findings: "Fan" }),
      () => server.put("visit", "v-25", { planned_start: at(phone.now, 3) }),
      () => server.remove("visit", "v-11"),
      () => server.erase("contact", "c-10"),
      () => server.put("visit", "v-9", { status: "done", completed_at: at(phone.now, 0) }),
      () => server.put("site", "s-1", { name: "Roof" }),
    ];
    for (const change of changes) {
      change();
      client.tell("poke");
      await phone.pass(1);
      const [{ front }, base] = await kept();
      expect(front?.base.gen).toBe(base.gen);
      for (const [entity, rows] of front?.base.lists ?? [])
        for (const [id, fields] of rows) {
          expect(fields, `${entity} ${id}`).toEqual(base.lists.get(entity)?.get(id));
          expect(front?.base.index.get(entity)?.get(id)).toEqual(base.index.get(entity)?.get(id));
        }
      expect([...(front?.base.lists.get("visit")?.keys() ?? [])].sort()).toEqual(
        [...(chooseFront(phone.now)(base)?.ids.get("visit") ?? [])].sort(),
      );
    }
  });

  it("after days without signal reads all of it, once: the next start is quick again", async () => {
    await firstDay();
    phone.now += 60 * HOUR;
    const late = await start(); // resolves though nobody lets it go on
    expect(late.client.sync.isDayOnly).toBe(false);
    expect(visits(late.client).length).toBe(30);
    await new Promise((rest) => setTimeout(rest, 20));
    await phone.kill();
    const next = await start();
    expect(next.client.sync.isDayOnly).toBe(true);
    expect(visits(next.client)).toContain("v-12");
    next.goOn();
    await next.client.whole;
  });

  it("a phone whose clock is days wrong shows the day that it is", async () => {
    const truth = phone.now;
    server.now = () => phone.now - 72 * HOUR;
    phone.now += 72 * HOUR;
    await firstDay();
    const { client, goOn } = await start();
    expect(client.sync.isDayOnly).toBe(true);
    expect(client.anchor && Date.parse(client.anchor.server_at)).toBe(truth);
    expect(visits(client)).toContain("v-10");
    expect(visits(client)).not.toContain("v-13");
    goOn();
    await client.whole;
  });

  it("a clock that was set back is no reason for another day's list", async () => {
    await firstDay();
    phone.now -= 3 * HOUR;
    expect((await start()).client.sync.isDayOnly).toBe(false);
  });

  it("what was done here shows: on a job of the day at once, on another by reading all", async () => {
    await firstDay();
    const first = await start();
    first.goOn();
    await first.client.mutate(edit("v-10", { findings: "Fan" }));
    await phone.kill();
    const again = await start();
    expect(again.client.sync).toMatchObject({ isDayOnly: true, pending: 1 });
    expect(again.client.list("visit").find(({ id }) => id === "v-10")).toMatchObject({
      findings: "Fan",
      is_pending: true,
    });
    again.goOn();
    await again.client.mutate(act("visit.accept", "v-29"));
    await again.client.mutate(act("visit.travel", "v-29"));
    await phone.kill();
    const third = await start();
    expect(third.client.sync.isDayOnly).toBe(false);
    expect(third.client.list("visit").find(({ id }) => id === "v-29")?.status).toBe("travelling");
  });

  it("a job of the day that was moved to a unit of no job: all is read, nothing is said to be lacking", async () => {
    server.put("asset", "as-9", { serial: "A9" });
    await firstDay();
    const first = await start();
    first.goOn();
    const args = { set: { asset_id: "as-9" } };
    await first.client.mutate({
      name: "work_order.edit",
      entity: "work_order",
      entity_id: "wo-10",
      args,
    });
    await phone.kill();
    const { client } = await start();
    expect(client.sync).toMatchObject({ isDayOnly: false, readiness: { isReady: true } });
    expect(client.list("asset").length).toBe(1);
  });

  it("what somebody without a front has written is not hidden by the one that is left", async () => {
    await firstDay();
    const { session, db } = await openStore("ben", {
      name: phone.name,
      now: () => phone.now,
      newId: () => "x",
    });
    await db.write(["meta"], async (tx) =>
      setFacts(tx, "ben", { gen: (await fact(tx, "ben", "gen")) + 1 }),
    );
    expect((await readFacts(session)).gen).toBeGreaterThan(1);
    db.close();
    await isMadeAnew();
  });

  it("holds on when the server has nothing new", async () => {
    const client = await phone.open();
    await phone.pass(1);
    const pulled = client.sync.lastPullAt;
    phone.now += 60_000;
    client.tell("poke");
    await phone.pass(1);
    expect(client.sync.lastPullAt).not.toBe(pulled);
    await phone.kill();
    phone.online = false;
    await isQuick();
  });

  it("an act that waits when the phone is left is not done on a part of the rows", async () => {
    await firstDay();
    const { client, goOn } = await start();
    const waiting = client.mutate(edit("v-29", { findings: "Fan" }));
    client.close();
    goOn();
    await expect(waiting).rejects.toThrow("closed");
    await expect(client.get("visit", "v-29")).rejects.toThrow("closed");
  });

  it("after a clock was set back the front is made anew", async () => {
    await firstDay();
    phone.now -= 5 * HOUR;
    await isMadeAnew();
  });

  it("is left for good with the rest of what was here", async () => {
    await firstDay();
    const { client, goOn } = await start();
    goOn();
    await client.logout();
    await phone.kill();
    const { client: next } = await start();
    expect(next.sync.isDayOnly).toBe(false);
    expect(visits(next)).toEqual([]);
  });

  it("a store that fails behind the day's list is told", async () => {
    await firstDay();
    const { client, goOn } = await start();
    phone.diesAt = phone.transactions + 1;
    goOn();
    await expect(client.whole).rejects.toThrow("killed");
  });
});
