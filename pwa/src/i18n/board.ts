/* The reader of the board surface's own words; shared words are in ./shared. */
import { catalogue } from "./locale.svelte";
import type { BoardWords } from "./words/board.en";

export const w = catalogue<BoardWords>({
  en: () => import("./words/board.en"),
  "zh-CN": () => import("./words/board.zh-CN"),
});
