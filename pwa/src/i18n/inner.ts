/* The reader of the words behind Today. A module that reads it is loaded late: see `loadNewWords`. */
import { catalogue } from "./locale.svelte";
import type { InnerWords } from "./words/inner.en";

export const inner = catalogue<InnerWords>({
  en: () => import("./words/inner.en"),
  "zh-CN": () => import("./words/inner.zh-CN"),
});
