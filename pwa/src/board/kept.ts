/* What was typed at the desk and not handed in yet: kept for this tab and this person through Esc, reload and a new
   sign-in. Session storage: it ends with the tab, and signing out by hand takes it along. */
import { session } from "../session/session.svelte";

const PREFIX = "callout.kept.";

export interface Kept<T> {
  /** What was typed before, else null. */
  read: () => T | null;
  /** null forgets it. */
  write: (value: T | null) => void;
}

/** `what` names one form of one record, such as comment:<order>. */
export function kept<T>(what: string): Kept<T> {
  // Whose words these are is decided when they are typed: a sign-in that has ended does not change it.
  const key = `${PREFIX}${session.user?.id ?? ""}.${what}`;
  return {
    read: () => {
      try {
        return JSON.parse(sessionStorage.getItem(key) ?? "null") as T | null;
      } catch {
        return null;
      }
    },
    write: (value) => {
      try {
        if (value === null) sessionStorage.removeItem(key);
        else sessionStorage.setItem(key, JSON.stringify(value));
      } catch {
        // Forbidden or full storage: the words stay as long as their form does.
      }
    },
  };
}

/** Somebody else may sit down at this desk. */
export function forgetKept(): void {
  try {
    const all = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
    for (const key of all) sessionStorage.removeItem(key);
  } catch {
    // Forbidden storage holds nothing.
  }
}
