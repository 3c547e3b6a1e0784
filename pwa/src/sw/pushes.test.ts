import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pushes, type Door } from "./pushes.svelte";

/* A browser small enough to be wrong in every way: consent, worker, subscription. */
interface Browser {
  permission: NotificationPermission;
  /** What a person says when asked. */
  says: NotificationPermission;
  subscription: {
    endpoint: string;
    unsubscribe: () => Promise<boolean>;
    toJSON: () => object;
  } | null;
  /** Subscribed with the key of a server that was set up anew. */
  hasOldKey: boolean;
}
let browser: Browser;
let told: unknown[];

const made = (endpoint: string) => ({
  endpoint,
  toJSON: () => ({ endpoint, keys: { p256dh: "p", auth: "a" } }),
  unsubscribe: async () => {
    [browser.subscription, browser.hasOldKey] = [null, false];
    return true;
  },
});
const registration = {
  active: { state: "activated" },
  pushManager: {
    getSubscription: async () => browser.subscription,
    subscribe: async () => {
      if (browser.hasOldKey) throw new DOMException("another key", "InvalidStateError");
      return (browser.subscription = made("https://push/new"));
    },
  },
};
const door = (more: Partial<Door> = {}): Door => ({
  script: "/p/sw.js",
  scope: "/p/x",
  key: async () => "AAAA",
  keep: async (subscription) => void told.push(subscription),
  forget: async (endpoint) => void told.push(endpoint),
  ...more,
});

beforeEach(() => {
  browser = { permission: "default", says: "granted", subscription: null, hasOldKey: false };
  told = [];
  vi.stubGlobal("window", { PushManager: {}, Notification: {} });
  vi.stubGlobal("Notification", {
    get permission() {
      return browser.permission;
    },
    requestPermission: async () => (browser.permission = browser.says),
  });
  vi.stubGlobal("navigator", {
    serviceWorker: {
      register: async () => registration,
      getRegistration: async () => registration,
    },
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("pushes to a browser", () => {
  it("are on once the server knows", async () => {
    const one = pushes(door());
    await one.look();
    expect(one.state).toBe("here");
    await one.on();
    expect([one.state, told]).toEqual([
      "on",
      [{ endpoint: "https://push/new", p256dh: "p", auth: "a" }],
    ]);
  });

  it("are not on when the server could not be told", async () => {
    const one = pushes(door({ keep: () => Promise.reject(new Error("no network")) }));
    await one.on();
    expect([one.state, browser.subscription]).toEqual(["failed", null]);
  });

  it.each(["denied", "default"] as const)("are the person's to refuse: %s", async (says) => {
    browser.says = says;
    const one = pushes(door());
    await one.on();
    expect([one.state, told]).toEqual([says === "denied" ? "refused" : "here", []]);
  });

  it("begin anew with the key of a new server", async () => {
    [browser.subscription, browser.hasOldKey] = [made("https://push/old"), true];
    const one = pushes(door());
    await one.on();
    expect([one.state, browser.subscription?.endpoint]).toEqual(["on", "https://push/new"]);
  });

  it("are told again at each start, and end by a tap, without a network too", async () => {
    [browser.permission, browser.subscription] = ["granted", made("https://push/1")];
    const one = pushes(door({ forget: () => Promise.reject(new Error("no network")) }));
    await one.renew();
    expect([one.state, told.length]).toEqual(["on", 1]);
    await one.off();
    expect([one.state, browser.subscription]).toEqual(["here", null]);
  });

  it("cannot be had everywhere", async () => {
    vi.stubGlobal("window", {});
    const one = pushes(door());
    await one.renew();
    expect([one.state, told]).toEqual(["unsupported", []]);
  });
});
