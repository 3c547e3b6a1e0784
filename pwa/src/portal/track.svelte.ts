/* The work order behind the link: read at once, then every half minute while somebody looks. A failure keeps what
   was known; a link that is over says so and stops asking. */
import { api, ProblemError } from "../api/client";
import type { Tracked } from "../api/views";

type Phase = "loading" | "ready" | "silent" | "over";
const EVERY = 30_000;

let data = $state.raw<Tracked | null>(null);
let phase = $state<Phase>("loading");
let readAt = $state(0);

const token = (): string => decodeURIComponent(location.pathname.split("/")[2] ?? "");

async function load(): Promise<void> {
  try {
    data = await api.get<Tracked>(`/api/v1/track/${encodeURIComponent(token())}`);
    [phase, readAt] = ["ready", Date.now()];
  } catch (error) {
    const isOver = error instanceof ProblemError && error.status === 404;
    if (isOver) data = null;
    phase = isOver ? "over" : "silent";
  }
}

export const track = {
  get data(): Tracked | null {
    return data;
  },
  get phase(): Phase {
    return phase;
  },
  get readAt(): number {
    return readAt;
  },
  load,
  start(): () => void {
    const look = () => {
      if (!document.hidden && phase !== "over") void load();
    };
    const timer = setInterval(look, EVERY);
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      removeEventListener("online", look);
    };
  },
};
