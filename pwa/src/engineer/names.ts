/* Names in several languages, as a whole row holds them: the columns of a list do not. */
import { isObject } from "../engines/forms/values";
import { inLocale } from "../forms/run";
import type { Shown } from "../sync/model";

/** The name in this language, else in any; empty when there is none. */
export const nameIn = (row: Shown | null, locale: string): string =>
  isObject(row?.name) ? inLocale(row.name as Record<string, string>, locale) : "";
