// Answers and files as facts: shown as they were handed in until the server has them.

import { actedAt } from "../line";
import type { OverlayEffect } from "../overlay";

export const saveSubmission: OverlayEffect = (records, args, mutation) => {
  const before = records.get("submission", mutation.entity_id);
  if (before?.is_final === true && args.is_final !== true) return; // an older draft takes nothing back
  const filled_at = actedAt(mutation.clock);
  records.put("submission", mutation.entity_id, { ...before, ...args, filled_at });
};

/** A new record is shown as it was entered. */
export const addRecord: OverlayEffect = (records, args, mutation) => {
  if (records.get(mutation.entity, mutation.entity_id)) return;
  records.put(mutation.entity, mutation.entity_id, args);
};

export const addAttachment: OverlayEffect = (records, args, mutation) => {
  if (records.get("attachment", mutation.entity_id)) return;
  records.put("attachment", mutation.entity_id, { state: "missing", ...args });
};
