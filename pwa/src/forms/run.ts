/* What a form on a screen needs from whoever shows it: the answers, what to say about each, where files go. The same form
   runs on the phone, in a preview and on a customer's page; only this differs. */
import type { Field, Words } from "../engines/forms/definition";
import type { FormState } from "../engines/forms/state";
import type { Answers, FileRef } from "../engines/forms/values";

/** Where photos and signatures are kept until they are sent. */
export interface FilesPort {
  /** Keeps a picture and reads it back; throws with `kind` "full" when there is no room, "unreadable" when it is none. */
  keep(file: Blob, kind: "photo" | "signature"): Promise<FileRef>;
  /** An address to show it by, or null when its bytes are not here. */
  show(ref: FileRef): Promise<string | null>;
}
export type Tag = "before" | "after";
/** What a photo shows: the state before the work, or after it. */
export interface TagsPort {
  of(ref: FileRef): Tag | null;
  choose(ref: FileRef, tag: Tag | null): void;
}
export const tagOf = (value: unknown): Tag | null =>
  value === "before" || value === "after" ? value : null;
export class FileFault extends Error {
  constructor(readonly kind: "full" | "unreadable") {
    super(kind);
  }
}

export interface Run {
  readonly locale: string;
  /** The zone that times are shown in: the site's. */
  readonly zone: string;
  readonly answers: Answers;
  /** What the form shows, asks for and computes of these answers. The same object each time: ask it in the same breath, a derived value that
   *  is this object is not told of a change. */
  readonly shown: FormState;
  readonly isReadonly: boolean;
  readonly files: FilesPort | null;
  /** Null where nothing is said of a photo. */
  readonly tags: TagsPort | null;
  /** Keeps one answer; null takes it away. */
  answer(path: string, value: unknown): void;
  /** Why an answer stands against a warning of the form. */
  reason(path: string, rule: string, text: string): void;
  /** A row more, as the form begins one. */
  addRow(field: Field): void;
  /** A row less; gives back what puts it in again. */
  removeRow(field: Field, at: number): () => void;
  /** The sentence beside a question, once its person has left it or asked what is missing. */
  errorAt(path: string): string | undefined;
  /** The person has left this question. */
  left(path: string): void;
  /** The hash of the answers that a signature given now binds. */
  hashToBind(): Promise<string>;
  /** How many answers that are. */
  readonly answered: number;
}

export const inLocale = (words: Words | null | undefined, locale: string): string =>
  words?.[locale] ?? words?.en ?? Object.values(words ?? {})[0] ?? "";
