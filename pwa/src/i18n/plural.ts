/* Plurals by the rules of the language (Intl.PluralRules). `#` in a form stands for the number. */

export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export function counter(locale: string): (n: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(locale);
  const digits = new Intl.NumberFormat(locale);
  return (n, forms) => (forms[rules.select(n)] ?? forms.other).replaceAll("#", digits.format(n));
}
