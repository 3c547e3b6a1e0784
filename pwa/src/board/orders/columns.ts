/* Which columns the order table has at a width and how wide they are: what a dispatcher needs first stays longest, and
   no column is cut while another one stands half empty. */
import type { BoardWords } from "../../i18n/words/board.en";
import type { Locale } from "../../i18n/locale.svelte";
import type { Column } from "../../ui/desk/Table.svelte";

type Key = keyof BoardWords["orders"]["columns"];
/** Width of the head alone, what the column needs to be of use, and the most it takes; English words are longer.
 *  The problem takes what is left. */
const WIDTHS: Record<Key, { zh: [number, number, number]; en: [number, number, number] }> = {
  number: { zh: [136, 136, 136], en: [136, 136, 136] },
  priority: { zh: [72, 72, 72], en: [80, 80, 80] },
  problem: { zh: [168, 168, 480], en: [168, 168, 480] },
  customer: { zh: [64, 112, 260], en: [88, 124, 260] },
  asset: { zh: [96, 136, 220], en: [112, 136, 220] },
  status: { zh: [72, 84, 260], en: [72, 84, 260] },
  engineer: { zh: [64, 104, 180], en: [88, 112, 180] },
  planned: { zh: [64, 136, 260], en: [84, 148, 280] },
  channel: { zh: [60, 60, 60], en: [64, 64, 64] },
  updated: { zh: [72, 80, 150], en: [96, 96, 160] },
};
const LAST_TO_FIRST: Key[] = ["updated", "channel", "asset", "customer"];
const SORTABLE: Key[] = ["number", "priority"];
export const CARDS_BELOW = 720;

/** About how wide a text is at a size: near enough to give it room. */
export const textWidth = (text: string, size = 13): number =>
  [...text].reduce((sum, one) => sum + size * (one.charCodeAt(0) > 0x2e7f ? 1 : 0.64), 0);

/** A chip in its cell: padding of both, icon, gap and the longest word. A state is never cut. */
export const chipWidth = (words: readonly string[]): number =>
  44 + Math.ceil(Math.max(0, ...words.map((word) => textWidth(word, 12))));

/** What stands in the rows, by column: it decides who gets the room that is left. */
export type Said = Partial<Record<Key, readonly string[]>>;

export function columnsFor(
  width: number,
  heads: BoardWords["orders"]["columns"],
  locale: Locale,
  said: Said = {},
): Column[] {
  if (width < CARDS_BELOW) return [{ key: "card", head: heads.problem }];
  const at = (key: Key) => WIDTHS[key][locale === "zh-CN" ? "zh" : "en"];
  /** Room for what really stands there, within the column's measure. */
  const wish = (key: Key): number => {
    const [head, , most] = at(key);
    const words = said[key];
    if (!words) return at(key)[1];
    const longest =
      key === "status" ? chipWidth(words) : 24 + Math.max(0, ...words.map((one) => textWidth(one)));
    return Math.min(most, Math.max(head, Math.ceil(longest)));
  };
  // Which columns there are depends on the window only: rows that come and go do not take one away.
  let keys = Object.keys(WIDTHS) as Key[];
  const needed = (of: Key[]) => of.reduce((sum, key) => sum + at(key)[1], 0);
  for (const key of LAST_TO_FIRST)
    if (needed(keys) > width) keys = keys.filter((one) => one !== key);
  // States and times are never cut; a name may be, its whole stands in the tooltip.
  const isWhole = (key: Key) => key === "status" || key === "planned";
  const least = (key: Key) => (isWhole(key) ? wish(key) : Math.min(at(key)[1], wish(key)));
  const sum = (measure: (key: Key) => number) => keys.reduce((all, key) => all + measure(key), 0);
  const wanted = sum(wish) - sum(least);
  const share = wanted > 0 ? Math.min(1, Math.max(0, width - sum(least)) / wanted) : 0;
  return keys.map((key) => ({
    key,
    head: heads[key],
    ...(key !== "problem" && {
      width: `${Math.floor(least(key) + share * (wish(key) - least(key)))}px`,
    }),
    ...(key === "updated" && { align: "end" as const }),
    ...(SORTABLE.includes(key) && { sortable: true }),
  }));
}
