/* The reader of the words of forms: loaded with the screens that show one. */
import { catalogue } from "../i18n/locale.svelte";
import type { FormWords } from "../i18n/words/forms.en";

export const f = catalogue<FormWords>({
  en: () => import("../i18n/words/forms.en"),
  "zh-CN": () => import("../i18n/words/forms.zh-CN"),
});
