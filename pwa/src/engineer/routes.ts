/* The engineer's addresses. Every one of them is answered by the cached page, so all work without a network. */
import { createRouter } from "../ui/router.svelte";

export const router = createRouter({
  today: "/app/",
  job: "/app/jobs/:visitId",
  form: "/app/jobs/:visitId/form",
  unplanned: "/app/new",
  outbox: "/app/outbox",
  conflict: "/app/conflicts/:conflictId",
  me: "/app/me",
});

/** Where to sign in again: the place that was open stays in the address. */
export const loginHref = (): string => {
  const params = new URLSearchParams(router.query);
  params.set("login", "1");
  return `?${params}`;
};
