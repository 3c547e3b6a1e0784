/* The portal's worker: pushes, nothing else. It answers no request, so a customer always sees the server's page.
   Each link registers it for its own address: a browser then has a subscription per order. */
import { listenForPushes } from "./listen";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", () => void self.skipWaiting());
listenForPushes({ area: "/p/", start: new URL(self.registration.scope).pathname, inPlace: null });
