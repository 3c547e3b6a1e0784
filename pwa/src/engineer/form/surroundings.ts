/* What a form may read of where it is begun: device, order, visit, person, the time, and what was answered the last time. Pure. */
import type { Definition } from "../../engines/forms/definition";
import { lastOf } from "../../engines/forms/inputs";
import type { Answers } from "../../engines/forms/values";
import { dateKey } from "../../i18n/format";
import { momentIn } from "../../forms/moments";
import type { Shown } from "../../sync/model";
import { lookUp, textOf, type Job, type Lists } from "../jobs";

export interface Place {
  job: Job;
  /** The device it is about; the job's own, or another one on site. */
  unit: Shown | null;
  person: { id: string; name: string };
  lists: Lists;
  /** What was answered the last time, by the questions of this form. */
  last: Answers;
  now: number;
}

/** As a form keeps it: texts as texts, days and moments marked as such; what is not known is left out. */
export function surroundings({ job, unit, person, lists, last, now }: Place): Answers {
  const { order, visit, zone } = job;
  const at = (row: Shown | null, field: string) => moment(textOf(row, field), zone);
  return {
    today: { $date: dateKey(now, zone) },
    // To the minute: what is picked against it has no seconds.
    now: { $datetime: momentIn(Math.floor(now / 60_000) * 60_000, zone) },
    user: { ...person },
    asset: unit && {
      serial: textOf(unit, "serial"),
      label: textOf(unit, "label"),
      model: textOf(lookUp(lists, "product", unit.product_id), "model"),
      installed_on: date(textOf(unit, "installed_on")),
      warranty_until: date(warrantyOf(unit, lists)),
    },
    order: {
      number: textOf(order, "number"),
      summary: textOf(order, "summary"),
      priority: textOf(order, "priority"),
      category: textOf(order, "category"),
      reported_at: at(order, "reported_at"),
    },
    visit: { planned_start: at(visit, "planned_start"), planned_end: at(visit, "planned_end") },
    last,
  };
}

const date = (written: string | null) => (written === null ? null : { $date: written });
const moment = (written: string | null, zone: string) =>
  written === null ? null : { $datetime: momentIn(Date.parse(written), zone) };

/** The last day of the warranty that lasts longest. */
function warrantyOf(unit: Shown, lists: Lists): string | null {
  const ends = lists("contract")
    .filter((row) => row.asset_id === unit.id && row.kind === "warranty")
    .flatMap((row) => textOf(row, "ends_on") ?? []);
  return ends.sort().at(-1) ?? null;
}

/** What was handed in last for this device by the same form; null when nothing is known here. */
export function lastFor(unit: Shown | null, template: string, lists: Lists): Shown | null {
  if (!unit) return null;
  const versions = new Set(
    lists("form_version").flatMap((row) => (row.form_template_id === template ? [row.id] : [])),
  );
  const mine = lists("submission").filter(
    (row) =>
      row.asset_id === unit.id &&
      row.is_final === true &&
      versions.has(String(row.form_version_id)),
  );
  const at = (row: Shown): string => textOf(row, "filled_at") ?? "";
  return mine.sort((a, b) => (at(a) < at(b) ? 1 : -1))[0] ?? null;
}

export const lastAnswers = (definition: Definition, answers: unknown): Answers =>
  typeof answers === "object" && answers !== null && !Array.isArray(answers)
    ? lastOf(definition, answers as Answers)
    : {};
