/* Engineers, visits and a Monday for the tests of the timeline. */
import type { BoardEngineer, BoardVisit } from "../../api/views";
import { dayOf } from "./scale";

export const SHANGHAI = "Asia/Shanghai";
export const day = dayOf("2026-11-23", SHANGHAI); // a Monday
export const at = (time: string, date = "2026-11-23") => Date.parse(`${date}T${time}:00+08:00`);
export const iso = (time: string) => new Date(at(time)).toISOString();

export const engineer = (more: Partial<BoardEngineer> = {}): BoardEngineer => ({
  id: "ben",
  name: "Ben",
  team_id: null,
  zone: null,
  skills: [],
  shifts: [
    { weekday: 0, from: "08:00", until: "12:00" },
    { weekday: 0, from: "13:00", until: "17:30" },
  ],
  absences: [],
  last_seen_at: null,
  pending: 0,
  ...more,
});
export const visit = (
  id: string,
  from: string,
  until: string,
  more: Partial<BoardVisit> = {},
): BoardVisit =>
  ({
    id,
    version: 1,
    work_order_id: `wo-${id}`,
    engineer_id: "ben",
    order: { id: `wo-${id}`, customer: "Northway", lat: 31.3, lon: 120.6 },
    status: "dispatched",
    planned_start: iso(from),
    planned_end: iso(until),
    promised_from: null,
    promised_until: null,
    travel_started_at: null,
    arrived_at: null,
    completed_at: null,
    ...more,
  }) as BoardVisit;
