/* The working week as people write it: "8-12, 13-17:30" a day, with full-width signs too, and back. Pure. */
import type { BoardEngineer } from "../../api/views";

type Shift = BoardEngineer["shifts"][number];
const SPAN = /^(\d{1,2})(?::(\d{2}))?-(\d{1,2})(?::(\d{2}))?$/;
const DAYS = [0, 1, 2, 3, 4, 5, 6];

const clock = (hour: string, minute = "00"): string | null => {
  const [h, m] = [Number(hour), Number(minute)];
  if (h > 24 || m > 59 || (h === 24 && m > 0)) return null;
  return `${String(h).padStart(2, "0")}:${minute}`;
};

/** Full-width signs, dashes of every kind and words between two times as a keyboard may make them. */
const plain = (typed: string): string =>
  typed
    .normalize("NFKC")
    .replace(/[–—−~〜～至到]/g, "-")
    .replace(/[、；;]/g, ",")
    .replace(/\s+/g, "");

/** The spans of one weekday in order; null when it cannot be read, ends before it begins or overlaps. Empty: nobody works. */
export function readHours(typed: string, weekday: number): Shift[] | null {
  const parts = plain(typed).split(",").filter(Boolean);
  const spans: Shift[] = [];
  for (const part of parts) {
    const found = SPAN.exec(part);
    const from = found && clock(found[1] ?? "", found[2]);
    const until = found && clock(found[3] ?? "", found[4]);
    if (!from || !until || from >= until) return null;
    spans.push({ weekday, from, until });
  }
  spans.sort((a, b) => (a.from < b.from ? -1 : 1));
  const isCrossed = spans.some((one, at) => at > 0 && one.from < (spans[at - 1]?.until ?? ""));
  return isCrossed ? null : spans;
}

/** One line a weekday, Monday first. */
export const writtenWeek = (shifts: readonly Shift[]): string[] =>
  DAYS.map((day) =>
    shifts
      .filter((one) => one.weekday === day)
      .map((one) => `${one.from}–${one.until}`)
      .join(", "),
  );

/** The whole week, or the weekdays that cannot be read. */
export function readWeek(lines: readonly string[]): { shifts: Shift[] } | { wrong: number[] } {
  const read = lines.map((line, day) => readHours(line, day));
  const wrong = read.flatMap((one, day) => (one === null ? [day] : []));
  return wrong.length ? { wrong } : { shifts: read.flatMap((one) => one ?? []) };
}
