/* The board's addresses. Its view state (filters, the open record) lives in the query. */
import { createRouter } from "../ui/router.svelte";

export const router = createRouter({
  dispatch: "/app/board",
  orders: "/app/board/orders",
});
