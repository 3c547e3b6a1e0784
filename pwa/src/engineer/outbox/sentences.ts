/* Acts as words. Pure: never a command's name on a screen; an act this build does not know is
   "An entry", not its name. */
import { bareName, type Args } from "../../sync/line";
import type { EngineerWords } from "../../i18n/words/engineer.en";

type Acts = EngineerWords["acts"];

const FIELDS: Record<string, (acts: Acts) => string> = {
  "visit.findings": (acts) => acts.findings,
  "site.access_notes": (acts) => acts.accessNotes,
  "site.phone": (acts) => acts.sitePhone,
  "contact.phone": (acts) => acts.contactPhone,
  "attachment.tag": (acts) => acts.photoTag,
  "work_order.asset_id": (acts) => acts.unitSwitched,
};

export function fieldName(entity: string, field: string, acts: Acts): string {
  return FIELDS[`${entity}.${field}`]?.(acts) ?? acts.change;
}

/** "Accepted", "Completed · parts needed", "Comment: …". */
export function actSentence(name: string, args: Args, acts: Acts): string {
  const bare = bareName(name);
  if (bare === "comment.add") return acts.comment(shortened(args.text));
  if (bare.endsWith(".edit")) return editSentence(bare, args, acts);
  if (bare === "visit.complete")
    return args.outcome === "needs_parts" ? acts.completeParts : acts.complete;
  if (bare === "submission.save") return args.is_final === true ? acts.form : acts.formPart;
  if (bare === "attachment.add") return args.kind === "signature" ? acts.signature : acts.photo;
  const words: Record<string, string> = {
    "work_order.take_on": acts.takeOn,
    "asset.add": acts.unit,
    "visit.accept": acts.accept,
    "visit.decline": acts.decline,
    "visit.travel": acts.travel,
    "visit.arrive": acts.arrive,
    "visit.pause": acts.pause,
    "visit.resume": acts.resume,
    "visit.cannot_complete": acts.cannotComplete,
    "visit.revert": acts.revert,
    "conflict.resolve": acts.resolve,
  };
  return words[bare] ?? acts.other;
}

function editSentence(bare: string, args: Args, acts: Acts): string {
  const entity = bare.slice(0, -".edit".length);
  const set = args.set;
  const fields =
    set !== null && typeof set === "object" && !Array.isArray(set) ? Object.keys(set) : [];
  const [only] = fields;
  return fields.length === 1 && only !== undefined ? fieldName(entity, only, acts) : acts.change;
}

const MOST = 40;
export function shortened(text: unknown): string {
  const line = typeof text === "string" ? text.trim().replace(/\s+/g, " ") : "";
  return [...line].length > MOST ? `${[...line].slice(0, MOST).join("")}…` : line;
}
