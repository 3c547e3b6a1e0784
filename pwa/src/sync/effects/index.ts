// Which commands a phone shows before the server has applied them. Import it once, where the client is built.

import { VISIT_COMMANDS } from "../../engines/visits/visit";
import { registerBirths, registerEffect } from "../overlay";
import { addComment } from "./comments";
import { resolveConflict } from "./conflicts";
import { editRecord } from "./edits";
import { addAttachment, addRecord, saveSubmission } from "./submissions";
import { bornOfTakeOn, takeOn } from "./unplanned";
import { runVisitCommand } from "./visits";

export function registerEffects(): void {
  for (const command of VISIT_COMMANDS) registerEffect(command, runVisitCommand);
  for (const entity of ["visit", "work_order", "site", "contact", "attachment"])
    registerEffect(`${entity}.edit`, editRecord);
  registerEffect("comment.add", addComment);
  registerEffect("conflict.resolve", resolveConflict);
  registerEffect("submission.save", saveSubmission);
  registerEffect("attachment.add", addAttachment);
  registerEffect("asset.add", addRecord);
  registerEffect("work_order.take_on", takeOn);
  registerBirths("work_order.take_on", bornOfTakeOn);
  for (const one of ["attachment.add", "asset.add"])
    registerBirths(one, ({ entity, entity_id }) => [[entity, entity_id]]);
}
