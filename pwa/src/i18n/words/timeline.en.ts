/* The words of the dispatcher's timeline. English is the type. */
import { counter } from "../plural";

const count = counter("en");

const words = {
  title: "Dispatch",
  today: "Today",
  yesterday: "Yesterday",
  tomorrow: "Tomorrow",
  byTeam: "By team · load",
  people: (n: number) => count(n, { one: "# person", other: "# people" }),
  stale: (n: number) => count(n, { one: "# phone not heard", other: "# phones not heard" }),
  before: "Day before",
  after: "Day after",
  pick: "Day",
  zoomIn: "Larger",
  zoomOut: "Smaller",
  queue: "To plan",
  queueEmpty: "Everything is planned",
  queueEmptyWhy: "New orders appear here by themselves.",
  noEngineers: "Nobody can be sent yet",
  noEngineersWhy: "Engineers appear here once they have a profile.",
  visits: (n: number) => count(n, { one: "# visit", other: "# visits" }),
  noTeam: "Without a team",
  load: (percent: number) => `${percent}\u2009% full`,
  seen: (time: string) => `reported ${time}`,
  never: "never reported",
  pending: (n: number) => `${n} to send`,
  away: { ill: "Ill", holiday: "On holiday", training: "At a course", other: "Away" },
  awayUntil: (until: string) => `until ${until}`,
  now: (time: string) => `Now ${time}`,
  notReached: "Not reached",
  bar: (customer: string, status: string, span: string, engineer: string) =>
    `${customer}, ${status}, ${span}, ${engineer}`,
  travel: (minutes: number, km: number) =>
    `About ${minutes} min on the way, ${km} km, estimated from the map`,
  weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
  person: {
    open: (name: string) => `${name}: visits, absences, skills, hours`,
    phone: "Phone",
    pending: "Not sent yet",
    day: "Visits of this day",
    noVisits: "None",
    away: "Absences",
    here: "Not away on this day",
    markAway: "Mark as away",
    why: "Reason",
    from: "From",
    until: "Until",
    clock: "Time",
    note: "Note for the office",
    reversed: "The end must lie after the start.",
    hit: (n: number) =>
      count(n, {
        one: "# visit lies in this time. It stays with him until somebody moves it.",
        other: "# visits lie in this time. They stay with him until somebody moves them.",
      }),
    back: "Back again",
    backAgain: (name: string) => `${name} is back`,
    skills: "Skills",
    noSkills: "None entered",
    level: (n: number) => `Level ${n}`,
    none: "No",
    expires: (date: string) => `until ${date}`,
    week: "Working hours",
    free: "Free",
    noShifts: "None entered: the whole day counts as worked.",
    profile: "Skills and hours",
    change: "Change skills and hours",
    newSkill: "New skill",
    add: "Add",
    hoursHint: "Such as 8-12, 13-17:30. An empty day is free.",
    hoursWrong: "Write it like 8-12, 13-17:30.",
    save: "Save",
  },
  drop: {
    ok: (engineer: string, span: string) => `Fits: ${engineer} ${span}`,
    warn: (engineer: string, span: string, n: number) =>
      `${engineer} ${span} · ${count(n, { one: "# warning", other: "# warnings" })}`,
    none: "Nobody is here",
    locked: "It is under way: talk to the engineer, then move it in the order.",
    overlap: (what: string) => `Overlaps with ${what}`,
    shift: "Outside the shift",
    absence: (why: string) => `Away: ${why}`,
    window: "Outside what was promised",
    skill: (name: string, level: number) => `Lacks ${name}, level ${level}`,
    begun: "It has begun on site",
    travel: (minutes: number, spare: number) =>
      `${minutes} min on the way, ${spare} min between the visits`,
    past: "Earlier than now",
    fits: "Skills, shift and promise fit",
    keys: "Enter puts it down, Esc leaves it",
  },
  ask: {
    title: "He may have begun already",
    why: (engineer: string, since: string | null) =>
      since
        ? `${engineer}'s phone was last heard ${since}. What he has done since is not known here. Call him before somebody else is sent.`
        : `${engineer}'s phone was never heard. Call him before somebody else is sent.`,
    yes: "Move it all the same",
    no: "Leave it",
  },
  spoken: {
    picked: (what: string) =>
      `${what} picked up. Arrow up and down: engineer; left and right: time; Enter puts it down, Escape leaves it.`,
    left: "Left where it was.",
    down: (engineer: string, span: string) => `Put down: ${engineer} ${span}.`,
  },
  legend: "States",
};
export default words;
export type TimelineWords = typeof words;
