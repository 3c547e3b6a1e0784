// Taking a photo: prepared in a worker so that the screen never stops, with the place where it was taken when the phone may say it.

import type { Prepared, Refusal } from "./prepare";

export interface Place {
  lat: number;
  lon: number;
  accuracy_m: number | null;
}

let worker: Worker | null = null;
let asked = 0;
const waiting = new Map<number, (made: Prepared | Refusal) => void>();

function hire(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL("./prepare.worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<{ id: number; made: Prepared | Refusal }>) => {
    waiting.get(data.id)?.(data.made);
    waiting.delete(data.id);
  };
  // A picture that kills the worker is a picture that cannot be read; the next one gets a new worker.
  worker.onerror = () => {
    worker?.terminate();
    worker = null;
    for (const tell of waiting.values()) tell("unreadable");
    waiting.clear();
  };
  return worker;
}

export function prepared(file: Blob): Promise<Prepared | Refusal> {
  const id = ++asked;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    hire().postMessage({ id, file });
  });
}

const PATIENCE_MS = 4_000;
const FRESH_MS = 120_000;

/** Where the phone is, or null when it may not or cannot say in time: a photo never waits for a satellite. */
export async function placeNow(): Promise<Place | null> {
  if (!("geolocation" in navigator)) return null;
  const state = await navigator.permissions
    ?.query({ name: "geolocation" })
    .then((found) => found.state)
    .catch(() => "prompt" as const);
  if (state === "denied") return null;
  const found = new Promise<Place | null>((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({ lat: coords.latitude, lon: coords.longitude, accuracy_m: coords.accuracy }),
      () => resolve(null),
      { enableHighAccuracy: true, maximumAge: FRESH_MS, timeout: PATIENCE_MS },
    );
  });
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  return Promise.race([found, late]);
}
