/* Which language the screens speak. Owns the choice, <html lang> and the loading of catalogues.
   English is the type; every other language `satisfies` it, so a missing sentence does not compile. */

export const LOCALES = ["en", "zh-CN"] as const;
export type Locale = (typeof LOCALES)[number];
/** Each language named in itself, for the switch. */
export const LOCALE_NAMES: Record<Locale, string> = { en: "English", "zh-CN": "中文" };

const KEY = "callout.locale";
type Loader = (locale: Locale) => Promise<() => void>;

const loaders: Loader[] = [];
let current = $state<Locale>("en");

export const locale = (): Locale => current;

/** The first of `wanted` that we speak. "zh-TW" and "zh" read Chinese rather than English. */
export function closest(wanted: readonly (string | null | undefined)[]): Locale {
  for (const tag of wanted) {
    if (!tag) continue;
    if (/^zh\b/i.test(tag)) return "zh-CN";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Declares a catalogue: one dynamic import per language. Returns the reader; it is reactive in components. */
export function catalogue<W>(load: Record<Locale, () => Promise<{ default: W }>>): () => W {
  let words = $state.raw<W>();
  loaders.push(async (next) => {
    const { default: loaded } = await load[next]();
    return () => (words = loaded);
  });
  return () => {
    if (!words) throw new Error("Words were read before startLocale() had finished.");
    return words;
  };
}

/** Loads every catalogue first, then changes all words at once: no screen is ever half translated. */
async function show(next: Locale): Promise<void> {
  const ready = await Promise.all(loaders.map((load) => load(next)));
  ready.forEach((swap) => swap());
  current = next;
  document.documentElement.lang = next;
}

/** Call once, before the surface is mounted. `preferred` (the server's word for a customer) yields to a choice. */
export const startLocale = (preferred?: string): Promise<void> =>
  show(closest([stored(), preferred, ...navigator.languages]));

export async function chooseLocale(next: Locale): Promise<void> {
  await show(next);
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Forbidden storage: the choice holds until the page closes.
  }
}

/** After a screen was loaded that brought a catalogue of its own: fills it in the language shown. */
export const loadNewWords = (): Promise<void> => show(current);

/** The language a person's account names, unless this device was told another one. */
export async function followLocale(preferred: string): Promise<void> {
  if (stored() === null && closest([preferred]) !== current) await show(closest([preferred]));
}
