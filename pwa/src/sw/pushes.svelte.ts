/* Pushes to this browser, as the screens see them: whether they can be had, were refused, are on. Owns the browser's consent and
   subscription; what is done with it (`Door`) is the surface's. Consent is asked for by a tap only. */
import { keyBytes, wire, type Subscription } from "./subscription";

/** `here`: not asked yet, or off. `refused`: the browser will not ask again; its settings do. */
export type PushState = "unknown" | "unsupported" | "here" | "asking" | "on" | "refused" | "failed";

export interface Door {
  /** The worker, and the addresses it is for. */
  script: string;
  scope: string;
  key: () => Promise<string>;
  keep: (subscription: Subscription) => Promise<unknown>;
  forget: (endpoint: string) => Promise<unknown>;
}

const isThere = (): boolean =>
  "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

async function current(scope: string): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration(scope);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** A subscription with this key; one with another key is of a server that was set up anew, and ends. */
async function subscribed({ script, scope, key }: Door): Promise<PushSubscription> {
  const wanted = { userVisibleOnly: true, applicationServerKey: keyBytes(await key()) };
  await navigator.serviceWorker.register(script, { scope, updateViaCache: "none" });
  const registration = await active(scope);
  try {
    return await registration.pushManager.subscribe(wanted);
  } catch (error) {
    const old = await registration.pushManager.getSubscription();
    if (!old) throw error;
    await old.unsubscribe();
    return registration.pushManager.subscribe(wanted);
  }
}

/** The registration once its worker runs: before that it cannot subscribe. */
async function active(scope: string): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.getRegistration(scope);
  const worker = registration?.active ?? registration?.installing ?? registration?.waiting;
  if (!registration || !worker) throw new Error("no worker");
  if (worker.state !== "activated")
    await new Promise<void>((resolve, reject) =>
      worker.addEventListener("statechange", () => {
        if (worker.state === "activated") resolve();
        if (worker.state === "redundant") reject(new Error("the worker could not start"));
      }),
    );
  return registration;
}

export function pushes(door: Door) {
  let state = $state<PushState>("unknown");

  async function look(): Promise<void> {
    if (!isThere()) state = "unsupported";
    else if (Notification.permission === "denied") state = "refused";
    else if (Notification.permission === "granted" && (await current(door.scope))) state = "on";
    else state = "here";
  }

  return {
    get state(): PushState {
      return state;
    },
    look,
    /** What the browser has is told again: an address may have changed, and whoever is signed in now is who is called. */
    async renew(): Promise<void> {
      await look();
      const found = state === "on" && (await current(door.scope));
      if (found) await door.keep(wire(found));
    },
    /** From a tap only: it may ask the person. */
    async on(): Promise<void> {
      state = "asking";
      try {
        if ((await Notification.requestPermission()) !== "granted") return await look();
        await door.keep(wire(await subscribed(door)));
        state = "on";
      } catch {
        // One that the server has not heard of would look as if it were on.
        await (await current(door.scope))?.unsubscribe().catch(() => undefined);
        state = "failed";
      }
    },
    async off(): Promise<void> {
      const found = await current(door.scope);
      state = "here";
      if (!found) return;
      await found.unsubscribe();
      // Without network the push service says "gone" at the next push.
      await door.forget(found.endpoint).catch(() => undefined);
    },
  };
}
export type Pushes = ReturnType<typeof pushes>;
