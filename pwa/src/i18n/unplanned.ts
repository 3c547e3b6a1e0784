/* The reader of the words of a job that nobody planned: loaded with its page. */
import { catalogue } from "./locale.svelte";
import type { UnplannedWords } from "./words/unplanned.en";

export const un = catalogue<UnplannedWords>({
  en: () => import("./words/unplanned.en"),
  "zh-CN": () => import("./words/unplanned.zh-CN"),
});
