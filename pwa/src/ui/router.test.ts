import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("location", new URL("https://callout.example/app/"));
const { createRouter, fillPath, matchPath } = await import("./router.svelte");

describe("addresses", () => {
  it("match by parts; a trailing slash does not matter", () => {
    expect(matchPath("/app/", "/app")).toEqual({});
    expect(matchPath("/app/jobs/:id", "/app/jobs/42/")).toEqual({ id: "42" });
    expect(matchPath("/app/jobs/:id", "/app/jobs")).toBeUndefined();
    expect(matchPath("/app/jobs/:id", "/app/orders/42")).toBeUndefined();
  });

  it("carry names with slashes and Chinese there and back", () => {
    const path = fillPath("/app/sites/:name", { name: "B1/冷冻机房" });
    expect(matchPath("/app/sites/:name", path)).toEqual({ name: "B1/冷冻机房" });
  });

  it("a broken escape is no such page, not an exception", () => {
    expect(matchPath("/app/sites/:name", "/app/sites/%E0%A4%A")).toBeUndefined();
  });
});

/** The browser's history, whose steps back come a moment after they are asked for. */
class History {
  entries: { url: string; state: unknown }[];
  at = 0;
  onpop = (): void => undefined;
  constructor(start: string) {
    this.entries = [{ url: start, state: null }];
  }
  get state(): unknown {
    return this.entries[this.at]?.state;
  }
  private go(): void {
    vi.stubGlobal("location", new URL(this.entries[this.at]?.url ?? ""));
  }
  pushState(state: unknown, _title: string, url: URL): void {
    this.entries = [...this.entries.slice(0, this.at + 1), { url: url.href, state }];
    this.at += 1;
    this.go();
  }
  replaceState(state: unknown, _title: string, url: URL): void {
    this.entries[this.at] = { url: url.href, state };
    this.go();
  }
  back(): void {
    setTimeout(() => {
      this.at -= 1;
      this.go();
      this.onpop();
    });
  }
}

describe("a step back that has not come yet", () => {
  const moment = () => new Promise((done) => setTimeout(done, 5));
  const begin = () => {
    const history = new History("https://callout.example/app/board?tab=all");
    vi.stubGlobal("history", history);
    vi.stubGlobal("location", new URL("https://callout.example/app/board?tab=all"));
    vi.stubGlobal("document", { addEventListener: () => undefined });
    vi.stubGlobal("addEventListener", (_name: string, act: () => void) => (history.onpop = act));
    const router = createRouter({ orders: "/app/board", order: "/app/board/orders/:id" });
    router.start();
    router.go("orders");
    router.cover({ open: "7" });
    return { history, router };
  };
  const open = (router: { query: URLSearchParams }) => router.query.get("open");

  it("takes the cover away at once, and only that, however often it is asked for", async () => {
    const { history, router } = begin();
    router.uncover({ open: null });
    expect(open(router)).toBeNull();
    router.uncover({ open: null });
    await moment();
    expect([history.at, location.search]).toEqual([1, ""]);
  });

  it("lets what is opened meanwhile stay open", async () => {
    const { history, router } = begin();
    router.uncover({ open: null });
    router.cover({ open: "new" });
    await moment();
    expect([open(router), location.search, history.at]).toEqual(["new", "?open=new", 2]);
    router.uncover({ open: null });
    await moment();
    expect([open(router), location.search, history.at]).toEqual([null, "", 1]);
  });
});
