/* Acts and outbox states as words. Pure: never a command's name on a screen; an act this build does not know is
   "An entry", not its name. */
import { bareName, type Args } from "../../sync/line";
import type { ItemState, OutboxItem } from "../../sync/outbox_view";
import type { EngineerWords } from "../../i18n/words/engineer.en";
import type { SyncState } from "../../ui/status";

type Acts = EngineerWords["acts"];

const FIELDS: Record<string, (acts: Acts) => string> = {
  "visit.findings": (acts) => acts.findings,
  "site.access_notes": (acts) => acts.accessNotes,
  "site.phone": (acts) => acts.sitePhone,
  "contact.phone": (acts) => acts.contactPhone,
};

export function fieldName(entity: string, field: string, acts: Acts): string {
  return FIELDS[`${entity}.${field}`]?.(acts) ?? acts.change;
}

/** "Accepted", "Completed · parts needed", "Comment: …". */
export function actSentence(name: string, args: Args, acts: Acts): string {
  const bare = bareName(name);
  if (bare === "comment.add") return acts.comment(shortened(args.text));
  if (bare.endsWith(".edit")) return editSentence(bare, args, acts);
  if (bare === "visit.complete")
    return args.outcome === "needs_parts" ? acts.completeParts : acts.complete;
  const words: Record<string, string> = {
    "visit.accept": acts.accept,
    "visit.decline": acts.decline,
    "visit.travel": acts.travel,
    "visit.arrive": acts.arrive,
    "visit.pause": acts.pause,
    "visit.resume": acts.resume,
    "visit.cannot_complete": acts.cannotComplete,
    "visit.revert": acts.revert,
    "conflict.resolve": acts.resolve,
  };
  return words[bare] ?? acts.other;
}

function editSentence(bare: string, args: Args, acts: Acts): string {
  const entity = bare.slice(0, -".edit".length);
  const set = args.set;
  const fields =
    set !== null && typeof set === "object" && !Array.isArray(set) ? Object.keys(set) : [];
  const [only] = fields;
  return fields.length === 1 && only !== undefined ? fieldName(entity, only, acts) : acts.change;
}

const MOST = 40;
export function shortened(text: unknown): string {
  const line = typeof text === "string" ? text.trim().replace(/\s+/g, " ") : "";
  return [...line].length > MOST ? `${[...line].slice(0, MOST).join("")}…` : line;
}

const CHIP: Record<ItemState, SyncState> = {
  on_phone: "on_device",
  queued: "queued",
  sending: "sending",
  stopped: "queued",
  retrying: "retry",
  delivered: "delivered",
  conflict: "compare",
  parked: "attention",
};

/** The chip of an item. What was parked or clashed and has been dealt with since counts as delivered. */
export function chipOf(item: Pick<OutboxItem, "state">, isOpen: boolean): SyncState {
  const isSettled = (item.state === "parked" || item.state === "conflict") && !isOpen;
  return isSettled ? "delivered" : CHIP[item.state];
}

const ORDER: SyncState[] = ["attention", "compare", "retry", "sending", "queued", "on_device"];
/** The one chip of a job: the state that needs a person most. Null when all of it is delivered. */
export function worst(states: readonly SyncState[]): SyncState | null {
  return ORDER.find((state) => states.includes(state)) ?? null;
}

/** Two values in pieces, with the part that differs marked. */
export function compared(
  a: string,
  b: string,
): [{ text: string; differs: boolean }[], { text: string; differs: boolean }[]] {
  const [x, y] = [[...a], [...b]];
  let from = 0;
  while (from < Math.min(x.length, y.length) && x[from] === y[from]) from++;
  let tail = 0;
  const room = Math.min(x.length, y.length) - from;
  while (tail < room && x[x.length - 1 - tail] === y[y.length - 1 - tail]) tail++;
  // Digits belong together: 4477 and 4417 differ as numbers, not by one figure.
  while (from > 0 && /[\p{L}\p{N}]/u.test(x[from - 1] ?? "") && isLatin(x[from - 1])) from--;
  while (tail > 0 && isLatin(x[x.length - tail])) tail--;
  const cut = (all: string[]) =>
    [
      { text: all.slice(0, from).join(""), differs: false },
      { text: all.slice(from, all.length - tail).join(""), differs: true },
      { text: tail ? all.slice(all.length - tail).join("") : "", differs: false },
    ].filter((piece) => piece.text !== "");
  return [cut(x), cut(y)];
}

const isLatin = (char: string | undefined): boolean => /[A-Za-z0-9]/.test(char ?? "");
