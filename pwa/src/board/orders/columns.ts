/* Which columns the order table has at a width: what a dispatcher needs first stays longest. */
import type { BoardWords } from "../../i18n/words/board.en";
import type { Locale } from "../../i18n/locale.svelte";
import type { Column } from "../../ui/desk/Table.svelte";

type Key = keyof BoardWords["orders"]["columns"];
/** Widths for Chinese and for English, whose words are longer; the problem takes the rest. */
const WIDTHS: Record<Key, [number, number] | null> = {
  number: [136, 136],
  priority: [72, 76],
  problem: null,
  customer: [124, 136],
  asset: [156, 156],
  status: [128, 200],
  engineer: [132, 136],
  planned: [164, 176],
  channel: [52, 52],
  updated: [84, 96],
};
const LAST_TO_FIRST: Key[] = ["updated", "channel", "asset", "customer"];
const PROBLEM = 176;
export const CARDS_BELOW = 720;

export function columnsFor(
  width: number,
  heads: BoardWords["orders"]["columns"],
  locale: Locale,
): Column[] {
  if (width < CARDS_BELOW) return [{ key: "card", head: heads.problem }];
  const at = locale === "zh-CN" ? 0 : 1;
  const wide = (keys: Key[]) => keys.reduce((sum, key) => sum + (WIDTHS[key]?.[at] ?? PROBLEM), 0);
  let keys = Object.keys(WIDTHS) as Key[];
  for (const key of LAST_TO_FIRST) if (wide(keys) > width) keys = keys.filter((one) => one !== key);
  return keys.map((key) => ({
    key,
    head: heads[key],
    ...(WIDTHS[key] && { width: `${WIDTHS[key][at]}px` }),
    ...(key === "updated" && { align: "end" as const }),
  }));
}
