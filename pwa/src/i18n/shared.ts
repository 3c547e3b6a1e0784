/* The reader of the shared words. In markup: {t().act.back} */
import { catalogue } from "./locale.svelte";
import type { SharedWords } from "./words/shared.en";

export const t = catalogue<SharedWords>({
  en: () => import("./words/shared.en"),
  "zh-CN": () => import("./words/shared.zh-CN"),
});
