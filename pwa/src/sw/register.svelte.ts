/* Registers the worker and tells the screens when a new version waits. Owns the moment of the switch:
   a surface calls takeOver() only when no form is dirty and the outbox is at rest. */

export type UpdateState = "none" | "ready" | "taking-over";

let state = $state<UpdateState>("none");
let waiting: ServiceWorker | null = null;
/** The worker is there; only this page is of the build before. */
let came = false;
let patience: ReturnType<typeof setTimeout> | undefined;
/** Longer than a slow phone needs. Chromium forgets a worker that it was asked for in the moment when something else woke the one
 *  before it, and asking again changes nothing; a page that goes lets it in. */
const PATIENCE_MS = 5_000;

export const update = {
  get state(): UpdateState {
    return state;
  },
  /** The waiting version takes over and the page begins anew. Does nothing when none waits. */
  takeOver(): void {
    if (came) location.reload();
    if (came || !waiting) return;
    state = "taking-over";
    waiting.postMessage({ type: "take-over" });
    clearTimeout(patience);
    patience = setTimeout(() => {
      if (state === "taking-over") beginAnew();
    }, PATIENCE_MS);
  },
};

/** Not under a form that was begun since: there it is offered. */
let mayReload = () => true;
function beginAnew(): void {
  state = "ready";
  if (mayReload()) location.reload();
}

function offer(registration: ServiceWorkerRegistration): void {
  // Without a controller this is the first install: nothing to update from.
  if (!registration.waiting || !navigator.serviceWorker.controller) return;
  waiting = registration.waiting;
  state = "ready";
}

function follow(registration: ServiceWorkerRegistration): void {
  offer(registration);
  registration.addEventListener("updatefound", () => {
    const next = registration.installing;
    next?.addEventListener("statechange", () => next.state === "installed" && offer(registration));
  });
  // An installed app may stay open for days; it looks for a new version whenever it comes back to the front.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") registration.update().catch(() => undefined);
  });
}

/** Call once from a surface's main. `may` says whether this page may begin anew now: a version comes to all tabs at once. */
export async function registerWorker(may: () => boolean = mayReload): Promise<void> {
  mayReload = may;
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  let controlled = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    came = controlled;
    controlled = true;
    if (came) beginAnew();
  });
  try {
    follow(
      await navigator.serviceWorker.register("/app/sw.js", {
        scope: "/app/",
        updateViaCache: "none",
      }),
    );
  } catch {
    // A private window or a full disk: the app works, only not offline.
  }
}

/** Looks for a newer build now. False when nobody could be asked. */
export async function lookForUpdate(): Promise<boolean> {
  try {
    const registration = await navigator.serviceWorker?.getRegistration("/app/");
    await registration?.update();
    return true;
  } catch {
    return false;
  }
}
