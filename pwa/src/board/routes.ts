/* The board's addresses. Its view state (tab, filter, the open record) lives in the query; opening a record beside a
   list is a step of the history, going on to another one is not. */
import { createRouter } from "../ui/router.svelte";

export const router = createRouter({
  orders: "/app/board",
  order: "/app/board/orders/:id",
  timeline: "/app/board/timeline",
  messages: "/app/board/messages",
  attention: "/app/board/attention",
  devices: "/app/board/devices",
});

const about = (open: string | null, doing: string | null = null) => ({ open, do: doing });

/** The record that is open beside the list of this page. */
export const beside = {
  get id(): string | null {
    return router.query.get("open");
  },
  open: (id: string, doing: string | null = null): void =>
    router[beside.id ? "setQuery" : "cover"](about(id, doing)),
  close: (): void => router.uncover(about(null)),
};
