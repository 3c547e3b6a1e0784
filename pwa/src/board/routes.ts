/* The board's addresses. Its view state (tab, filter, the open record) lives in the query. */
import { createRouter } from "../ui/router.svelte";

export const router = createRouter({
  orders: "/app/board",
  order: "/app/board/orders/:id",
  messages: "/app/board/messages",
  attention: "/app/board/attention",
  devices: "/app/board/devices",
});
