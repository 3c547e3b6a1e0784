/* Being called on this phone: the engineer's end of a push subscription. */
import { api } from "../api/client";
import { pushes } from "../sw/pushes.svelte";

export const calls = pushes({
  script: "/app/sw.js",
  scope: "/app/",
  key: async () => (await api.get<{ key: string }>("/api/v1/push")).key,
  keep: (subscription) => api.post("/api/v1/push", subscription),
  forget: (endpoint) => api.delete("/api/v1/push", { body: { endpoint } }),
});
