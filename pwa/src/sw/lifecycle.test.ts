import { beforeEach, describe, expect, it } from "vitest";
import { holdLater, install, olderFile, retire, type Surroundings } from "./lifecycle";
import { cacheName } from "./rules";

/** The Cache API with maps; `full` makes the next write fail as a full disk does. */
class FakeCaches {
  stores = new Map<string, Map<string, Response>>();
  full = false;
  open = async (name: string) => {
    const store = this.stores.get(name) ?? new Map<string, Response>();
    this.stores.set(name, store);
    return {
      match: async (key: string) => store.get(key)?.clone(),
      put: async (key: string, response: Response) => {
        if (this.full) throw new DOMException("full", "QuotaExceededError");
        store.set(key, response);
      },
    } as unknown as Cache;
  };
  keys = async () => [...this.stores.keys()];
  delete = async (name: string) => this.stores.delete(name);
  match = async () => undefined;
}

let caches: FakeCaches;
let asked: string[];
let served: Record<string, string>;
let world: Surroundings;

beforeEach(() => {
  caches = new FakeCaches();
  asked = [];
  served = { "/app/": "page1", "/assets/a.js": "code1" };
  world = {
    caches,
    fetch: async (url) => {
      asked.push(url);
      const body = served[url];
      return body === undefined
        ? new Response("", { status: 404 })
        : new Response(body, {
            headers: { "Content-Type": "text/x", "Set-Cookie": "s=1", "X-Other": "1" },
          });
    },
    digest: async (body) => `h:${new TextDecoder().decode(body)}`,
  };
});

const first = [
  { url: "/app/", hash: "h:page1" },
  { url: "/assets/a.js", hash: "h:code1" },
];
const second = [
  { url: "/app/", hash: "h:page2" },
  { url: "/assets/a.js", hash: "h:code1" },
];

describe("installing a build", () => {
  it("holds every file under its address, and only the headers that may be replayed", async () => {
    await install(first, world);
    const store = caches.stores.get(cacheName(first));
    expect([...(store?.keys() ?? [])]).toEqual(first.map((one) => one.url));
    const response = store?.get("/app/");
    expect([...(response?.headers.keys() ?? [])]).toEqual(["content-type"]);
  });

  it("keeps a file whose name tells its contents as the server gave it, under the address that a page asks for", async () => {
    const script = { url: "/assets/start-DfFhZkd2.js", hash: "h:code3" };
    served[script.url] = "code3";
    const fetch = world.fetch;
    const answers: Response[] = [];
    world.fetch = async (url, how) => {
      const answer = await fetch(url, how);
      const clone = answer.clone.bind(answer);
      answer.clone = () => (answers.push(clone()), answers.at(-1) as Response);
      return answer;
    };
    await install([...first, script], world);
    const kept = caches.stores.get(cacheName([...first, script]))?.get(script.url);
    expect(kept).toBe(answers[0]);
    expect(await kept?.text()).toBe("code3");
  });

  it("a file of the same name and other contents is not taken over", async () => {
    const script = { url: "/assets/start-DfFhZkd2.js", hash: "h:code3" };
    served[script.url] = "code3";
    await install([script], world);
    served[script.url] = "code4";
    const changed = [{ ...script, hash: "h:code4" }];
    await install(changed, world);
    const kept = caches.stores.get(cacheName(changed))?.get(script.url);
    expect(await kept?.text()).toBe("code4");
  });

  it("copies what did not change and downloads only the rest", async () => {
    await install(first, world);
    asked = [];
    served["/app/"] = "page2";
    await install(second, world);
    expect(asked).toEqual(["/app/"]);
    expect(caches.stores.get(cacheName(second))?.size).toBe(2);
  });

  it("is all or nothing when a file is missing", async () => {
    delete served["/assets/a.js"];
    await expect(install(first, world)).rejects.toThrow(/404/);
    expect(caches.stores.size).toBe(0);
  });

  it("refuses a file of another build: a deploy in the middle of the install", async () => {
    served["/app/"] = "page2";
    await expect(install(first, world)).rejects.toThrow(/another build/);
    expect(caches.stores.size).toBe(0);
  });

  it("leaves the old build alone when the disk is full", async () => {
    await install(first, world);
    served["/app/"] = "page2";
    caches.full = true;
    await expect(install(second, world)).rejects.toThrow(/full/);
    expect([...caches.stores.keys()]).toEqual([cacheName(first)]);
  });
});

/** Caches of builds, and of others; not the note of which builds have run. */
const held = () => new Set([...caches.stores.keys()].filter((name) => name !== "callout-ran"));

describe("retiring", () => {
  const third = [
    { url: "/app/", hash: "h:page3" },
    { url: "/assets/b.js", hash: "h:code2" },
  ];
  it("keeps the build before, whose windows may still be open, and deletes older ones and nothing of anybody else", async () => {
    await install(first, world);
    await caches.open("photos");
    served["/app/"] = "page2";
    await install(second, world);
    await retire(second, world);
    expect(held()).toEqual(new Set([cacheName(first), cacheName(second), "photos"]));
    served = { "/app/": "page3", "/assets/b.js": "code2" };
    await install(third, world);
    await retire(third, world);
    expect(held()).toEqual(new Set([cacheName(second), cacheName(third), "photos"]));
    expect(await (await olderFile("/assets/a.js", world))?.text()).toBe("code1");
    expect(await olderFile("/assets/never.js", world)).toBeUndefined();
  });
  it("keeps the build that ran, not one that was replaced while it waited", async () => {
    await install(first, world);
    await retire(first, world);
    served["/app/"] = "page2";
    await install(second, world); // waits: a form is open
    served = { "/app/": "page3", "/assets/b.js": "code2" };
    await install(third, world);
    await retire(third, world);
    expect(held()).toEqual(new Set([cacheName(first), cacheName(third)]));
    await retire(third, world); // the same files under another worker
    expect(held()).toEqual(new Set([cacheName(first), cacheName(third)]));
  });
});

describe("what can come later", () => {
  const reader = { url: "/assets/reader.wasm", hash: "h:reader", later: true as const };
  it("is not asked for by an install", async () => {
    await install([...first, reader], world);
    expect(asked).not.toContain(reader.url);
    expect(caches.stores.get(cacheName([...first, reader]))?.size).toBe(2);
  });
  it("is held when it is wanted, once, with the hash of this build", async () => {
    const all = [...first, reader];
    await install(all, world);
    await holdLater(all, world); // it is not served: nothing breaks
    served[reader.url] = "reader";
    asked = [];
    await holdLater(all, world);
    await holdLater(all, world);
    expect(asked).toEqual([reader.url]);
    expect(caches.stores.get(cacheName(all))?.has(reader.url)).toBe(true);
  });
  it("goes along into the next build without being asked for again", async () => {
    served[reader.url] = "reader";
    await install([...first, reader], world);
    await holdLater([...first, reader], world);
    served["/app/"] = "page2";
    asked = [];
    await install([...second, reader], world);
    expect(asked).toEqual(["/app/"]);
    expect(caches.stores.get(cacheName([...second, reader]))?.size).toBe(3);
  });
});
