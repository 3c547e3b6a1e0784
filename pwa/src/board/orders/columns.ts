/* Which columns the order table has at a width and how wide they are: what a dispatcher needs first stays longest, and
   no column is cut while another one stands half empty. */
import type { BoardWords } from "../../i18n/words/board.en";
import type { Locale } from "../../i18n/locale.svelte";
import type { Column } from "../../ui/desk/Table.svelte";

type Key = keyof BoardWords["orders"]["columns"];
/** Least and wished width, for Chinese and for English, whose words are longer. The problem takes what is left. */
const WIDTHS: Record<Key, { zh: [number, number]; en: [number, number] }> = {
  number: { zh: [136, 136], en: [136, 136] },
  priority: { zh: [68, 68], en: [76, 76] },
  problem: { zh: [168, 300], en: [168, 320] },
  customer: { zh: [112, 176], en: [124, 208] },
  asset: { zh: [144, 184], en: [144, 184] },
  status: { zh: [84, 84], en: [84, 84] },
  engineer: { zh: [112, 136], en: [112, 144] },
  planned: { zh: [136, 176], en: [148, 184] },
  channel: { zh: [52, 52], en: [52, 52] },
  updated: { zh: [80, 104], en: [88, 120] },
};
const LAST_TO_FIRST: Key[] = ["updated", "channel", "asset", "customer"];
const SORTABLE: Key[] = ["number", "priority"];
export const CARDS_BELOW = 720;

/** Cell padding, chip padding, icon and gap, and the word at 12 px: a state is never cut. */
export const chipWidth = (words: readonly string[]): number =>
  44 +
  Math.ceil(
    Math.max(
      0,
      ...words.map((word) =>
        [...word].reduce((sum, one) => sum + (one.charCodeAt(0) > 0x2e7f ? 12 : 6.6), 0),
      ),
    ),
  );

export function columnsFor(
  width: number,
  heads: BoardWords["orders"]["columns"],
  locale: Locale,
  /** The words of the state column, as they stand in the rows. */
  states: readonly string[] = [],
): Column[] {
  if (width < CARDS_BELOW) return [{ key: "card", head: heads.problem }];
  const language = locale === "zh-CN" ? "zh" : "en";
  const state = chipWidth(states);
  const of = (key: Key, at: 0 | 1) =>
    Math.max(WIDTHS[key][language][at], key === "status" ? state : 0);
  const sum = (keys: Key[], at: 0 | 1) => keys.reduce((all, key) => all + of(key, at), 0);
  let keys = Object.keys(WIDTHS) as Key[];
  for (const key of LAST_TO_FIRST)
    if (sum(keys, 0) > width) keys = keys.filter((one) => one !== key);
  // What is over the least goes to everyone in the measure of his wish.
  const wish = sum(keys, 1) - sum(keys, 0);
  const share = wish ? Math.min(1, Math.max(0, width - sum(keys, 0)) / wish) : 0;
  return keys.map((key) => ({
    key,
    head: heads[key],
    ...(key !== "problem" && {
      width: `${Math.floor(of(key, 0) + share * (of(key, 1) - of(key, 0)))}px`,
    }),
    ...(key === "updated" && { align: "end" as const }),
    ...(SORTABLE.includes(key) && { sortable: true }),
  }));
}
