/* The reader of the portal surface's own words; shared words are in ./shared. */
import { catalogue } from "./locale.svelte";
import type { PortalWords } from "./words/portal.en";

export const w = catalogue<PortalWords>({
  en: () => import("./words/portal.en"),
  "zh-CN": () => import("./words/portal.zh-CN"),
});
