// A choice between two values: the clash is gone from the list at once. The value itself shows when the server has written it.

import type { OverlayEffect } from "../overlay";

export const resolveConflict: OverlayEffect = (records, args, mutation) => {
  const chosen = typeof args.choose === "string" ? args.choose : null;
  records.patch("conflict", mutation.entity_id, { state: "resolved", chosen });
};
