/* Who is signed in, for the engineer's and the board's surface. Owns the session calls and the remembered
   person, so that a phone without network still opens as its owner. The cookie itself is the server's. */
import { api, ProblemError, Unreachable } from "../api/client";
// Known from the start, so that its words are there when a sign-in turns out to be a first start.
import "../i18n/setup";
import { followLocale } from "../i18n/locale.svelte";
import { deviceFor } from "./device";

export interface User {
  id: string;
  name: string;
  locale: string;
  /** The page where this person's work starts. */
  landing: string;
  /** What this person may do; `*` is everything. Screens only hide with it: the server decides. */
  grants: string[];
  organisation: { name: string; zone: string };
  /** Live streams this person may open. */
  channels: string[];
}
/** As the server answers it: the person and, beside him, what belongs to his session. */
export interface SessionAnswer {
  user: Pick<User, "id" | "name" | "locale">;
  landing: string;
  grants: string[];
  organisation: User["organisation"];
  channels?: string[];
}

const userOf = ({ user, ...rest }: SessionAnswer): User => ({ ...user, channels: [], ...rest });

/** The page where this person's work starts; a dispatcher who signed in at the engineer's door is led on. */
export const landingPath = (who: User): string =>
  /\bboard\b/.test(who.landing) ? "/app/board" : "/app/";

/** Whether these grants hold `permission`; `visit.*` grants every visit command. */
export const isGranted = (grants: readonly string[], permission: string): boolean => {
  const group = `${permission.split(".")[0]}.*`;
  return [permission, group, "*"].some((grant) => grants.includes(grant));
};
/** Whether who is signed in may do that. */
export const may = (permission: string): boolean => isGranted(user?.grants ?? [], permission);

const KEY = "callout.user";
export type Status = "checking" | "in" | "out";

let status = $state<Status>("checking");
let user = $state.raw<User | null>(null);

function remember(next: User | null): void {
  user = next;
  status = next ? "in" : "out";
  try {
    if (next) localStorage.setItem(KEY, JSON.stringify(next));
    else localStorage.removeItem(KEY);
  } catch {
    // Forbidden storage: an offline start will ask to sign in again.
  }
}

function recall(): User | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as User | null;
    // Remembered by an older build, without its grants: ask again rather than guess.
    return kept && Array.isArray(kept.grants) ? kept : null;
  } catch {
    return null;
  }
}

export const session = {
  get status(): Status {
    return status;
  },
  get user(): User | null {
    return user;
  },
  /** Shows the remembered person at once and asks the server behind it. */
  async start(): Promise<void> {
    const known = recall();
    if (known) remember(known);
    // Without a way to the server there is nobody to ask: the line's return is the moment for it.
    if (known && !navigator.onLine)
      return addEventListener("online", () => void session.ask(), { once: true });
    await session.ask();
  },
  /** Asks the server who is signed in. Silence changes nothing. */
  async ask(): Promise<void> {
    const known = user;
    try {
      const present = userOf(await api.get<SessionAnswer>("/api/v1/session"));
      remember(present);
      void followLocale(present.locale);
    } catch (error) {
      const refused =
        error instanceof ProblemError && (error.status === 401 || error.status === 403);
      if (refused || !known) remember(null);
    }
  },
  /** Throws ProblemError or Unreachable; the login screen turns both into a sentence. */
  async signIn(login: string, password: string): Promise<User> {
    const answer = await api.post<SessionAnswer>("/api/v1/session", {
      login: login.trim(),
      password,
      device: deviceFor(login),
    });
    return session.enter(answer);
  },
  /** A session that the server opened by another way: the first page of an empty server. */
  enter(answer: SessionAnswer): User {
    const entered = userOf(answer);
    remember(entered);
    void followLocale(entered.locale);
    return entered;
  },
  /** The server closes the session first: a sign-out that only this device knows of is none. */
  async signOut(): Promise<void> {
    try {
      await api.delete("/api/v1/session");
    } catch (error) {
      if (error instanceof Unreachable || (error instanceof ProblemError && error.status !== 401))
        throw error;
    }
    remember(null);
  },
  /** The server answered 401: the person must sign in again; nothing on the device is deleted. */
  expired(): void {
    if (status === "in") remember(null);
  },
};
