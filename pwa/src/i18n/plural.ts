/* Plurals by the rules of the language. `#` in a form stands for the number. The platform's own rules (Intl.PluralRules) take a slow
   phone most of a tenth of a second to make, for two languages of which one has no plural: format.test.ts holds ours against them. */

export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

const RULES: Record<string, (n: number) => Intl.LDMLPluralRule> = {
  en: (n) => (Math.abs(n) === 1 ? "one" : "other"),
  "zh-CN": () => "other",
};

export function counter(locale: string): (n: number, forms: Forms) => string {
  const ruleOf = RULES[locale];
  if (!ruleOf) throw new Error(`The plurals of ${locale} are not written down here.`);
  let digits: Intl.NumberFormat | undefined;
  const shown = (n: number): string =>
    n >= 0 && n < 1000 && Number.isInteger(n)
      ? String(n)
      : (digits ??= new Intl.NumberFormat(locale)).format(n);
  return (n, forms) => (forms[ruleOf(n)] ?? forms.other).replaceAll("#", shown(n));
}
