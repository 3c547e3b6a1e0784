/* The engineer's addresses. Every one of them is answered by the cached page, so all work without a network. */
import { createRouter } from "../ui/router.svelte";

export const router = createRouter({
  today: "/app/",
  outbox: "/app/outbox",
  me: "/app/me",
});
