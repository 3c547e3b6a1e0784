/* Where each row of the timeline stands: teams with their heads, engineers under them; and which of it is in sight. Pure. */
import type { BoardEngineer, BoardVisit } from "../../api/views";
import { lanesOf, placed, roomOf, type Scale } from "./scale";

export const GROUP = 28;
export const ROW = 56;
export const LANE = 44;
export const HEAD = 208;

export type Place = { top: number; height: number } & (
  | { kind: "team"; id: string | null; people: number; visits: number }
  | { kind: "engineer"; engineer: BoardEngineer; visits: readonly BoardVisit[] }
);

type ByEngineer = ReadonlyMap<string, readonly BoardVisit[]>;

/** Engineers in the order of their rows: by team in the order given, those of no team last. */
export function ordered(
  engineers: readonly BoardEngineer[],
  teams: readonly string[],
): BoardEngineer[] {
  const rank = (one: BoardEngineer) => {
    const at = teams.indexOf(one.team_id ?? "");
    return at < 0 ? teams.length : at;
  };
  return [...engineers].sort((a, b) => rank(a) - rank(b));
}

/** `engineers` as `ordered` answers them. */
export function laidOut(
  engineers: readonly BoardEngineer[],
  visits: ByEngineer,
  { day, ppm }: Scale,
  now: number,
): Place[] {
  const places: Place[] = [];
  let top = 0;
  const add = (height: number): { top: number; height: number } => {
    const at = { top, height };
    top += height;
    return at;
  };
  let head: (Place & { kind: "team" }) | null = null;
  for (const engineer of engineers) {
    if (!head || head.id !== engineer.team_id)
      places.push(
        (head = { kind: "team", id: engineer.team_id, people: 0, visits: 0, ...add(GROUP) }),
      );
    const mine = visits.get(engineer.id) ?? [];
    const spans = placed(mine, day, now);
    const lanes = Math.max(1, ...[...lanesOf(roomOf(spans, ppm)).values()].map((lane) => lane + 1));
    head.people += 1;
    head.visits += spans.length;
    places.push({ kind: "engineer", engineer, visits: mine, ...add(ROW + (lanes - 1) * LANE) });
  }
  return places;
}

export const heightOf = (places: readonly Place[]): number => {
  const last = places.at(-1);
  return last ? last.top + last.height : 0;
};

/** What stands between two heights, with a little before and behind. */
export function inSight(places: readonly Place[], top: number, height: number): Place[] {
  const [from, until] = [top - ROW * 3, top + height + ROW * 3];
  return places.filter((one) => one.top < until && one.top + one.height > from);
}
