/* Wires a worker's push and tap events to told.ts. Both workers use it: the staff's and the portal's. */
import { opened, toldOf, windowFor } from "./told";

declare const self: ServiceWorkerGlobalScope;

export interface Pages {
  /** Addresses that a push may open begin with it. */
  area: string;
  /** What opens when a push names no such address. */
  start: string;
  /** Windows whose page goes to another address in place; null: each address has a window of its own. */
  inPlace: RegExp | null;
}

const ICON = "/app/icons/icon-192.png";

async function go(target: string, inPlace: RegExp | null): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const found = windowFor(windows, target, inPlace);
  if (!found) return void (await self.clients.openWindow(target));
  // Not every browser lets a worker focus; the page goes there all the same.
  await found.focus().catch(() => undefined);
  found.postMessage({ type: "open", url: target });
}

export function listenForPushes({ area, start, inPlace }: Pages): void {
  self.addEventListener("push", (event) => {
    const told = toldOf(event.data?.text() ?? null, self.navigator.language);
    event.waitUntil(
      self.registration.showNotification(told.title, {
        body: told.body,
        icon: ICON,
        data: told.url,
        ...(told.tag && { tag: told.tag }),
        ...(told.lang && { lang: told.lang }),
      }),
    );
  });
  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const url = event.notification.data as string | null;
    event.waitUntil(go(opened(url, self.location.origin, area, start), inPlace));
  });
}
