/* The reader of the timeline's words: loaded with its page. */
import { catalogue } from "./locale.svelte";
import type { TimelineWords } from "./words/timeline.en";

export const tl = catalogue<TimelineWords>({
  en: () => import("./words/timeline.en"),
  "zh-CN": () => import("./words/timeline.zh-CN"),
});
