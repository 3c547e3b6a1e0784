// A comment is a fact with an id of its own (PROTOCOL 6.5): shown as a new row. The mutation names either the comment itself or the
// record it belongs to, with the id of the comment in `args.id`.

import { actedAt } from "../line";
import type { OverlayEffect } from "../overlay";

export const addComment: OverlayEffect = (records, args, mutation) => {
  const isItself = mutation.entity === "comment";
  const id = isItself ? mutation.entity_id : typeof args.id === "string" ? args.id : mutation.id;
  if (records.get("comment", id)) return; // the server has it already, with more than this phone knows
  const parent = isItself ? {} : { [`${mutation.entity}_id`]: mutation.entity_id };
  records.put("comment", id, { created_at: actedAt(mutation.clock), ...parent, ...args, id });
};
