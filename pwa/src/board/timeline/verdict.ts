/* What is said of a drop: its warnings as sentences, whether it may be put down at all, and what is asked before. Pure of the screen. */
import type { BoardEngineer, CardVisit, Words } from "../../api/views";
import { t } from "../../i18n/shared";
import { tl } from "../../i18n/timeline";
import { text, when } from "../say";
import type { Load } from "./carry.svelte";
import { BEGUN, type Warning } from "./scale";

/** The state of a visit in a word; that nobody's phone has it goes before. */
export const stateWord = (visit: CardVisit): string =>
  visit.reach === "not_reached" ? tl().notReached : t().visit[visit.status];

export const STALE = 30 * 60_000;
export const isStale = (one: Pick<BoardEngineer, "last_seen_at">, now: number): boolean =>
  one.last_seen_at === null || now - Date.parse(one.last_seen_at) > STALE;

export function sentences(
  warnings: readonly Warning[],
  skills: ReadonlyMap<string, Words>,
): string[] {
  const { drop, away } = tl();
  return warnings.map((one) => {
    if (one.kind === "overlap") return drop.overlap(one.what);
    if (one.kind === "absence") return drop.absence(away[one.reason]);
    if (one.kind === "skill") return drop.skill(text(skills.get(one.skill_id)), one.level);
    if (one.kind === "travel") return drop.travel(one.minutes, one.spare);
    return drop[one.kind];
  });
}

/** Under way with somebody else: that is talked about, not dragged. */
export const isLocked = ({ visit, isNew }: Load, engineer: string | null): boolean =>
  !isNew && visit !== null && BEGUN.has(visit.status) && engineer !== visit.engineer_id;

/** Why it is better to ask before a visit is taken away; null: nothing speaks against it. */
export function doubt(
  { visit, isNew }: Load,
  to: string,
  engineers: readonly BoardEngineer[],
  now: number,
): string | null {
  if (!visit || isNew || visit.engineer_id === to || !HELD.has(visit.status)) return null;
  const from = engineers.find((one) => one.id === visit.engineer_id);
  if (!from || !isStale(from, now)) return null;
  return tl().ask.why(from.name, from.last_seen_at ? when(from.last_seen_at) : null);
}
const HELD: ReadonlySet<CardVisit["status"]> = new Set(["dispatched", "accepted"]);
