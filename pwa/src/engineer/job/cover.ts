/* What covers a device on a day: of each kind of contract the one that lasts longest. Pure; a day is a day of the site's zone. */
import type { Shown } from "../../sync/model";
import { textOf } from "../jobs";

export interface Cover {
  kind: "warranty" | "service";
  until: string;
  isOver: boolean;
}

/** What still covers comes first; a contract that has not begun says nothing yet. */
export function coversOf(contracts: readonly Shown[], asset: string, today: string): Cover[] {
  const mine = contracts.filter(
    (row) => row.asset_id === asset && (textOf(row, "starts_on") ?? "") <= today,
  );
  return (["warranty", "service"] as const)
    .flatMap((kind) => {
      const ends = mine.filter((row) => row.kind === kind).map((row) => textOf(row, "ends_on"));
      const until = ends.reduce((a, b) => ((a ?? "") > (b ?? "") ? a : b), null);
      return until ? [{ kind, until, isOver: until < today }] : [];
    })
    .sort((a, b) => Number(a.isOver) - Number(b.isOver));
}
