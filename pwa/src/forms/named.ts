/* What a question is called where it stands alone: "Fans · Result" for one in a fixed row, "Row 2 · Note" in a free one. Pure. */
import type { Definition, Field } from "../engines/forms/definition";
import { own } from "../engines/forms/values";
import { inLocale } from "./run";

export interface Naming {
  locale: string;
  row: (n: number) => string;
}

export function nameOfQuestion(definition: Definition, path: string, naming: Naming): string {
  const [id = "", at, inner] = path.split(".");
  const field = definition.fields.find((one) => one.id === id);
  if (!field) return id;
  if (at === undefined) return inLocale(field.label, naming.locale);
  const asked = field.items.find((one) => one.id === inner);
  return [nameOfRow(field, Number(at), naming), inLocale(asked?.label, naming.locale)]
    .filter(Boolean)
    .join(" · ");
}

/** A fixed row is called by what stands in it. */
export function nameOfRow(field: Field, at: number, { locale, row }: Naming): string {
  const seed = field.seed?.[at];
  if (!seed) return row(at + 1);
  const words = field.items.flatMap((inner) => {
    const value = own(seed, inner.id);
    const option = inner.options.find((one) => one.v === value);
    return typeof value === "string" ? [option ? inLocale(option.l, locale) : value] : [];
  });
  return words.join(" · ");
}

/** The question of a path; in a repeat the one inside its rows. */
export function questionAt(definition: Definition, path: string): Field | undefined {
  const [id = "", , inner] = path.split(".");
  const field = definition.fields.find((one) => one.id === id);
  return inner === undefined ? field : field?.items.find((one) => one.id === inner);
}
