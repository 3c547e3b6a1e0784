import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("location", new URL("https://callout.example/app/"));
const { fillPath, matchPath } = await import("./router.svelte");

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
