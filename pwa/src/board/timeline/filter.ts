/* What of the day is wanted: which team's orders and people, which skill, which words. The address holds it. Pure. */
import type { BoardEngineer, OrderCard } from "../../api/views";

export interface Wanted {
  q: string;
  team: string;
  skill: string;
}

export const wantedOf = (query: URLSearchParams): Wanted => ({
  q: query.get("q") ?? "",
  team: query.get("team") ?? "",
  skill: query.get("skill") ?? "",
});

/** Whether an order that waits is shown. Each word must stand somewhere in it. */
export function isWantedOrder(order: OrderCard, { q, team, skill }: Wanted): boolean {
  if (team && order.team_id !== team) return false;
  if (skill && !order.skills.some((one) => one.skill_id === skill)) return false;
  const { number, summary, customer, site, asset, serial } = order;
  const all = [number, summary, customer, site, asset, serial].join("\n").toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** Whether an engineer's row is shown; the words are about orders. */
export const isWantedPerson = (one: BoardEngineer, { team, skill }: Wanted): boolean =>
  (!team || one.team_id === team) && (!skill || one.skills.some((has) => has.skill_id === skill));
