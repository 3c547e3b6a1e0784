/* What a form becomes when it is handed in: its files, each a fact of its own, then the answers. Pure: acts as data. */
import {
  isBlank,
  isFile,
  isObject,
  own,
  type Answers,
  type FileRef,
} from "../../engines/forms/values";
import type { Spends } from "../../store/drafts";
import type { Json } from "../../store/rows";
import type { Args } from "../../sync/line";
import type { Act } from "../../sync/mutate";
import type { KeptFile } from "./files";

/** What the draft holds: the version it was begun on goes with it, so that no later one can take it away. */
export interface Kept {
  submission: string;
  order: string;
  visit: string;
  version: string;
  asset: string | null;
  definition: Json;
  answers: Answers;
  /** What its formulas read of device, order and person, as it was when the form was begun. */
  inputs: Answers;
  /** What is known of each photo and signature, by its id. */
  files: Record<string, KeptFile>;
  at: string | null;
}

export function keptOf(value: unknown): Kept | null {
  if (!isObject(value) || !isObject(value.answers)) return null;
  const texts = [value.submission, value.order, value.visit, value.version];
  if (!texts.every((one) => typeof one === "string")) return null;
  return { files: {}, inputs: {}, ...(value as unknown as Omit<Kept, "files" | "inputs">) };
}

/** Every photo and signature among the answers, in rows too. */
export function filesIn(answers: Answers): FileRef[] {
  const inside = (value: unknown): FileRef[] => {
    if (isBlank(value)) return [];
    if (Array.isArray(value)) return value.flatMap(inside);
    if (isFile(value)) return [value];
    return isObject(value) ? Object.values(value).flatMap(inside) : [];
  };
  return Object.values(answers).flatMap(inside);
}

/** Those of its files that are not attached yet. */
export function fileActs(kept: Kept, attached: ReadonlySet<string>): Act[] {
  return filesIn(kept.answers).flatMap(({ id, sha256 }) => {
    const file = own(kept.files, id) as KeptFile | undefined;
    if (!file || attached.has(id)) return [];
    const args = {
      work_order_id: kept.order,
      parent_entity: "submission",
      parent_id: kept.submission,
      sha256,
      ...file,
    } as unknown as Args;
    return [{ name: "attachment.add", entity: "attachment", entity_id: id, args, deps: [sha256] }];
  });
}

export function saveAct(
  kept: Kept,
  isFinal: boolean,
  after: number[],
  spends: Spends | undefined,
): Act {
  const args: Args = {
    work_order_id: kept.order,
    visit_id: kept.visit,
    asset_id: kept.asset,
    form_version_id: kept.version,
    answers: JSON.parse(JSON.stringify(kept.answers)) as Args,
    inputs: JSON.parse(JSON.stringify(kept.inputs)) as Args,
    is_final: isFinal,
  };
  return {
    name: "submission.save",
    entity: "submission",
    entity_id: kept.submission,
    args,
    after,
    deps: filesIn(kept.answers).map((one) => one.sha256),
    spends,
  };
}
