/* What is wrong with an answer, as a sentence beside it. The verdict is the engine's; only the words are here. */
import type { Field } from "../engines/forms/definition";
import { expand } from "../engines/expressions/masks";
import type { FormError } from "../engines/forms/validate";
import { inLocale } from "./run";
import type { FormWords } from "../i18n/words/forms.en";

const SAMPLE: Record<string, string> = { A: "A", "9": "1", "*": "A" };
const sampleOf = (mask: string): string =>
  (expand(mask) ?? []).map((one) => SAMPLE[one] ?? one).join("");

export function sentenceOf(
  error: FormError,
  field: Field,
  words: FormWords,
  locale: string,
): string {
  const say = words.errors;
  const { params } = error;
  switch (error.rule_id) {
    case "min":
    case "max":
      return bound(error.rule_id, params[error.rule_id], field, say);
    case "decimals":
      return say.decimals(Number(params.decimals));
    case "mask":
      return say.mask(sampleOf(String(params.mask)));
    case "rule":
      return inLocale(field.rules.find((one) => one.id === params.rule)?.msg, locale);
    case "reason":
    case "required":
    case "choice":
    case "unique":
    case "rows":
    case "seed":
    case "binds":
    case "unknown":
      return say[error.rule_id];
    default:
      return say.type;
  }
}

function bound(
  rule: "min" | "max",
  limit: unknown,
  field: Field,
  say: FormWords["errors"],
): string {
  if (field.type === "text") return say[`${rule}Length`](Number(limit));
  if (field.type === "number" || field.type === "date") {
    const unit = field.slots.unit?.code;
    return say[rule](unit ? `${limit} ${unit}` : String(limit));
  }
  return say[`${rule}Count`](Number(limit));
}
