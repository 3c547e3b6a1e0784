/* The work order behind the link: read at once, then every half minute while somebody looks. A failure keeps what
   was known; a link that is over says so, names whom to call, and stops asking. */
import { api, ProblemError } from "../api/client";
import type { Tracked } from "../api/views";

type Phase = "loading" | "ready" | "silent" | "over";
const EVERY = 30_000;

type Company = Tracked["organisation"];
let data = $state.raw<Tracked | null>(null);
let phase = $state<Phase>("loading");
let readAt = $state(0);
let company = $state.raw<Company | null>(null);

/** Whom the server names beside a refusal. */
function companyOf(error: ProblemError): Company | null {
  const said = error.extra.organisation as Partial<Company> | undefined;
  return said?.name ? { name: said.name, phone: said.phone ?? null } : null;
}

const token = (): string => decodeURIComponent(location.pathname.split("/")[2] ?? "");

/** Where the server speaks of this link. */
export const address = (): string => `/api/v1/track/${encodeURIComponent(token())}`;

async function load(): Promise<void> {
  try {
    data = await api.get<Tracked>(address());
    [phase, readAt, company] = ["ready", Date.now(), data.organisation];
  } catch (error) {
    const isOver = error instanceof ProblemError && error.status === 404;
    if (isOver) [data, company] = [null, companyOf(error)];
    phase = isOver ? "over" : "silent";
  }
}

export const track = {
  get data(): Tracked | null {
    return data;
  },
  /** Whose work it is, known of a dead link too. */
  get company(): Company | null {
    return company;
  },
  get phase(): Phase {
    return phase;
  },
  get readAt(): number {
    return readAt;
  },
  /** What was just said of the work, without asking for the page again. */
  rated(rating: Tracked["rating"]): void {
    if (data) data = { ...data, rating };
  },
  load,
  start(): () => void {
    const look = () => {
      if (!document.hidden && phase !== "over") void load();
    };
    const timer = setInterval(look, EVERY);
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    // A tap on a notification of this order: what it says is on the page.
    navigator.serviceWorker?.addEventListener("message", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      removeEventListener("online", look);
      navigator.serviceWorker?.removeEventListener("message", look);
    };
  },
};
