import { describe, expect, it } from "vitest";
import { answerFor, BOARD_OFFLINE, cacheName, PAST_THE_WORKER, routesOf, START } from "./rules";

const origin = "https://callout.example";
const held = new Set([START, "/assets/engineer-1.js", BOARD_OFFLINE]);
const ask = (path: string, mode = "navigate", method = "GET") =>
  answerFor({ method, mode, url: new URL(path, origin) }, origin, held);

describe("what answers a request", () => {
  it.each(["/app/", "/app/outbox", "/app/jobs/42?tab=photos", "/app/boarding"])(
    "%s is the cached start page",
    (path) => {
      expect(ask(path)).toEqual({ from: "cache", url: START });
    },
  );

  it.each(["/app/board", "/app/board/orders"])(
    "%s needs the network and has a page for when there is none",
    (path) => {
      expect(ask(path)).toEqual({ from: "network-or", url: BOARD_OFFLINE });
    },
  );

  it("files of the build come from the cache, others perhaps from the build before", () => {
    expect(ask("/assets/engineer-1.js", "cors")).toEqual({
      from: "cache",
      url: "/assets/engineer-1.js",
    });
    const older = "/assets/engineer-0.js";
    expect(ask(older, "cors")).toEqual({ from: "older", url: older });
    const worker = "/app/workers/scan-0.js";
    expect(ask(worker, "cors")).toEqual({ from: "older", url: worker });
    expect(ask("/app/icons/none.png", "no-cors")).toEqual({ from: "network" });
  });

  it.each(["/api/v1/session", "/sync/v1/pull", "/media/x"])(
    "%s is never answered by the worker",
    (path) => {
      expect(ask(path, "cors")).toEqual({ from: "network" });
    },
  );

  it("what does not even wake the worker is what it would only hand on", () => {
    for (const pattern of PAST_THE_WORKER)
      expect(ask(pattern.replace("*", "v1/x"), "cors")).toEqual({ from: "network" });
  });

  it("writes and other origins pass by", () => {
    expect(ask("/app/", "navigate", "POST")).toEqual({ from: "network" });
    expect(ask("https://other.example/app/", "cors")).toEqual({ from: "network" });
  });
});

describe("what the browser answers without the worker", () => {
  const file = (url: string, more: { later?: true } = {}) => ({ url, hash: url, ...more });
  const build = [START, BOARD_OFFLINE, "/assets/engineer-1.js"].map((url) => file(url));

  it("is what passes by, and each file of the build at exactly its address, from this build's cache", () => {
    const source = { cacheName: cacheName(build) };
    const exactly = (pathname: string) => ({
      condition: { urlPattern: { pathname, search: "" } },
      source,
    });
    expect(routesOf(build)).toEqual([
      ...PAST_THE_WORKER.map((pathname) => ({
        condition: { urlPattern: { pathname } },
        source: "network",
      })),
      exactly(START),
      exactly("/assets/engineer-1.js"),
    ]);
  });

  it("is never a file that may not be there: the browser would not ask the worker for it then", () => {
    const all = [...build, file("/assets/reader-1.wasm", { later: true })];
    expect(JSON.stringify(routesOf(all))).not.toContain("reader");
  });

  it("is at most as much as a browser takes", () => {
    const many = Array.from({ length: 400 }, (_, at) => file(`/assets/part-${at}.js`));
    expect(routesOf(many)).toHaveLength(256);
  });
});

it("a cache is named by its contents", () => {
  const one = [{ url: "/app/", hash: "a1" }];
  expect(cacheName(one)).toBe(cacheName([...one]));
  expect(cacheName(one)).not.toBe(cacheName([{ url: "/app/", hash: "a2" }]));
});
