/* What a person is typing: when it is kept, when it becomes an act, and what a job opens with. Pure rules; the
   keeping is in draft.svelte.ts. A draft is the person's until it is saved as an act or thrown away by hand. */

export interface TextDraft {
  text: string;
  /** Where the next letter goes. */
  caret: number;
}

export const findingsKey = (visit: string): string => `findings:${visit}`;
export const accessKey = (site: string): string => `access:${site}`;
export const commentKey = (order: string): string => `comment:${order}`;
/** The job that is being entered: one at a time. */
export const UNPLANNED_KEY = "unplanned:new";
export function partsOfKey(key: string): { what: string; id: string } {
  const at = key.indexOf(":");
  return { what: key.slice(0, at), id: key.slice(at + 1) };
}
/** Which visit a draft of findings belongs to. */
export const visitOfKey = (key: string): string | null =>
  key.startsWith("findings:") ? key.slice("findings:".length) : null;

export function draftOf(value: unknown): TextDraft | null {
  if (typeof value !== "object" || value === null) return null;
  const { text, caret } = value as Partial<TextDraft>;
  if (typeof text !== "string") return null;
  const at = typeof caret === "number" ? Math.min(Math.max(0, caret), text.length) : text.length;
  return { text, caret: at };
}

/** What the field opens with: the draft that a kill or a closed lid left, else what is saved. */
export function opened(
  saved: string | null,
  kept: unknown,
): { text: string; caret: number | null; isRestored: boolean } {
  const draft = draftOf(kept);
  return draft && draft.text !== (saved ?? "")
    ? { text: draft.text, caret: draft.caret, isRestored: true }
    : { text: saved ?? "", caret: null, isRestored: false };
}

/** The value to write when typing ends, or undefined when nothing would change. An emptied field is null on the wire. */
export function editOf(text: string, saved: string | null): string | null | undefined {
  const next = text.trim() === "" ? null : text.trimEnd();
  return next === (saved ?? null) ? undefined : next;
}
