// A mutation as the bytes that are stored, hashed and sent (PROTOCOL 5.2). Written once: members in the order of their names, so
// that the same act gives the same bytes wherever it is built. Numbering and sealing belong to the store.

import type { Json } from "../store/rows";
import type { Anchor } from "../store/session";

export interface MutationClock {
  wall_at: string;
  tz: string;
  anchor: Anchor | null;
}
export type Args = Record<string, Json>;
export interface Mutation {
  mid: number;
  id: string;
  name: string;
  entity: string;
  entity_id: string;
  base_version: number | null;
  args: Args;
  clock: MutationClock;
  template?: Json;
  deps?: string[];
  after?: number[];
}

export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one ?? null)).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(",")}}`;
}

export const parseLine = (line: string): Mutation => JSON.parse(line) as Mutation;

/** `visit.complete@1` → `visit.complete`. */
export const bareName = (name: string): string => name.replace(/@\d+$/, "");

/** When the act happened by the server's clock, as far as this phone knows (PROTOCOL 7.2). */
export function actedAt({ wall_at, anchor }: MutationClock): string {
  if (anchor === null) return wall_at;
  const offset = Date.parse(anchor.wall_at) - Date.parse(anchor.server_at);
  return new Date(Date.parse(wall_at) - offset).toISOString();
}
