/* What both galleries share: language and theme from the address (?lang=zh-CN&theme=dark&screen=today), so that a
   test can ask for every combination. Development and tests only; never in the product's build. */
import { chooseLocale, closest, startLocale } from "../i18n/locale.svelte";
import { startTheme, theme, THEMES } from "../ui/theme.svelte";

const asked = new URLSearchParams(location.search);

export const screenAsked = asked.get("screen") ?? "components";

export async function startGallery(): Promise<void> {
  startTheme();
  await startLocale();
  await chooseLocale(closest([asked.get("lang"), "en"]));
  theme.choose(THEMES.find((name) => name === asked.get("theme")) ?? "light");
}

/** One sample text in both languages. */
export const say = (en: string, zh: string): string =>
  document.documentElement.lang === "zh-CN" ? zh : en;
