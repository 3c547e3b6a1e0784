/* The theme a person chose and the one in force. Owns data-theme on <html> and the browser's bar colour.
   The first paint is theme.js's; this module takes over from there. Outdoor is only ever chosen by hand. */

export const THEMES = ["auto", "light", "dark", "outdoor"] as const;
export type ThemeChoice = (typeof THEMES)[number];
export type Theme = Exclude<ThemeChoice, "auto">;

const KEY = "callout.theme";
const BAR: Record<Theme, string> = { light: "#f0f3f6", dark: "#0a111c", outdoor: "#ffffff" };

const isChoice = (value: unknown): value is ThemeChoice => THEMES.includes(value as ThemeChoice);

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(KEY);
    return isChoice(value) ? value : "auto";
  } catch {
    return "auto";
  }
}

let choice = $state<ThemeChoice>("auto");

export const theme = {
  get choice(): ThemeChoice {
    return choice;
  },
  /** Remembers the choice on this device and shows it at once. */
  choose(next: ThemeChoice): void {
    choice = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Forbidden storage: the choice holds until the page closes.
    }
    apply();
  },
};

function apply(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const shown: Theme = choice === "auto" ? (dark ? "dark" : "light") : choice;
  document.documentElement.dataset.theme = shown;
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", BAR[shown]);
}

/** Call once when a surface starts. */
export function startTheme(): void {
  choice = stored();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  apply();
}
