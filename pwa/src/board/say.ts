/* Small sentences that every page of the board needs: texts of the server's languages, times near today, refusals. */
import { ProblemError, Unreachable } from "../api/client";
import type { Words } from "../api/views";
import { w } from "../i18n/board";
import { clock, dateKey, day } from "../i18n/format";
import { locale } from "../i18n/locale.svelte";
import { session } from "../session/session.svelte";

const DAY = 86_400_000;

export const officeZone = (): string => session.user?.organisation?.zone ?? "UTC";

/** The server's text in the language of the screen. */
export const text = (words: Words | null | undefined): string =>
  words ? (words[locale()] ?? words.en ?? Object.values(words)[0] ?? "") : "";

function dayWord(at: number, zone: string, now: number): string {
  const key = dateKey(at, zone);
  const near = [
    [0, w().today],
    [1, w().tomorrow],
    [-1, w().yesterday],
  ] as const;
  return (
    near.find(([days]) => dateKey(now + days * DAY, zone) === key)?.[1] ?? day(at, zone, locale())
  );
}

/** 10:30 · Tomorrow 10:30 · 11月24日 周二 10:30 */
export function when(at: string | number, zone = officeZone(), now = Date.now()): string {
  const moment = new Date(at).getTime();
  const time = clock(moment, zone);
  return dateKey(moment, zone) === dateKey(now, zone)
    ? time
    : `${dayWord(moment, zone, now)} ${time}`;
}

/** Today 10:30–12:00; over midnight 23:30–01:30 +1, as timetables write it; further away the end names its day. */
export function span(
  start: string | null,
  end: string | null,
  zone = officeZone(),
  now = Date.now(),
): string {
  if (!start) return "";
  const from = new Date(start).getTime();
  const first = `${dayWord(from, zone, now)} ${clock(from, zone)}`;
  if (!end) return first;
  const sameDay = dateKey(from, zone) === dateKey(end, zone);
  const nextDay = dateKey(from + DAY, zone) === dateKey(end, zone);
  if (nextDay) return `${first}–${clock(end, zone)} +1`;
  return `${first}–${sameDay ? clock(end, zone) : when(end, zone, now)}`;
}

/** What to say about a read that did not work: it is tried again by itself. */
export function refusal(error: unknown): string {
  if (error instanceof Unreachable) return w().failed.unreachable;
  return w().failed.refused(error instanceof ProblemError ? error.detail || error.title : "");
}

/** What to say about a write that did not work: nobody repeats it but the person. */
export const writeRefusal = (error: unknown): string =>
  error instanceof Unreachable ? w().failed.notSent : refusal(error);

/** The fields that the server refused, by name. */
export const refusedFields = (error: unknown): Record<string, string> =>
  error instanceof ProblemError ? error.fields : {};

/** Whether the server decided; otherwise nobody knows whether the write arrived, and the same key may try again. */
export const wasRefused = (error: unknown): boolean =>
  error instanceof ProblemError && error.status < 500;
