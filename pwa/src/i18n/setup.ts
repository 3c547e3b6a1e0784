/* The reader of the first page's words. */
import { catalogue } from "./locale.svelte";
import type { SetupWords } from "./words/setup.en";

export const s = catalogue<SetupWords>({
  en: () => import("./words/setup.en"),
  "zh-CN": () => import("./words/setup.zh-CN"),
});
