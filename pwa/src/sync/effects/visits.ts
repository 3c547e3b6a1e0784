// The visit commands on the phone: the same machine that decides on the server. What it refuses is not shown; the server will say why.

import { step } from "../../engines/visits/machine";
import {
  NEW_VISIT,
  type Visit,
  type VisitArgs,
  type VisitCommand,
} from "../../engines/visits/visit";
import type { Fields } from "../../store/rows";
import { actedAt, bareName } from "../line";
import type { OverlayEffect } from "../overlay";

export const runVisitCommand: OverlayEffect = (records, args, mutation) => {
  const fields = records.get("visit", mutation.entity_id);
  if (!fields) return;
  // No `by`: whether the visit is still his is for the server to say; until then the engineer sees what he did.
  const answer = step(
    visitOf(fields),
    bareName(mutation.name) as VisitCommand,
    withoutActor(args as VisitArgs),
    actedAt(mutation.clock),
  );
  if (answer.state === "ok")
    records.patch("visit", mutation.entity_id, answer.changes as unknown as Fields);
};

function withoutActor({ engineer_id, outcome, reason }: VisitArgs): VisitArgs {
  return {
    ...(engineer_id !== undefined && { engineer_id }),
    ...(outcome !== undefined && { outcome }),
    ...(reason !== undefined && { reason }),
  };
}

/** A view may leave fields out; to the machine a missing one is null. */
function visitOf(fields: Fields): Visit {
  return { ...NEW_VISIT, ...(fields as unknown as Partial<Visit>) };
}
