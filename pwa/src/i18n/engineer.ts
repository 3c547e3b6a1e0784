/* The reader of the engineer surface's own words; shared words are in ./shared. */
import { catalogue } from "./locale.svelte";
import type { EngineerWords } from "./words/engineer.en";

export const w = catalogue<EngineerWords>({
  en: () => import("./words/engineer.en"),
  "zh-CN": () => import("./words/engineer.zh-CN"),
});
