// Edits of fields: `args.set` over the record (PROTOCOL 6.1). Who wins against another's edit is the server's decision.

import type { Fields } from "../../store/rows";
import type { OverlayEffect } from "../overlay";

export const editRecord: OverlayEffect = (records, args, mutation) => {
  const set = args.set;
  if (set === null || typeof set !== "object" || Array.isArray(set)) return;
  records.patch(mutation.entity, mutation.entity_id, set as Fields);
};
