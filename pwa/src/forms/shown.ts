/* Answers as they are read afterwards: question and answer in words, section by section, rows of a repeat under their name. Pure. */
import type { Definition, Field } from "../engines/forms/definition";
import { rowsOf } from "../engines/forms/progress";
import { isBlank, isFile, own, type Answers, type FileRef } from "../engines/forms/values";
import type { FormWords } from "../i18n/words/forms.en";
import { shownNumber } from "./numbers";
import { inLocale } from "./run";

export interface ShownAnswer {
  path: string;
  label: string;
  /** Null: nothing was answered. */
  text: string | null;
  files: FileRef[];
  tone: "ok" | "bad" | null;
}
export interface ShownSection {
  id: string;
  title: string;
  answers: ShownAnswer[];
}
export interface Speech {
  locale: string;
  words: FormWords;
}

export function answersShown(
  definition: Definition,
  answers: Answers,
  speech: Speech,
): ShownSection[] {
  return definition.sections.map((section) => ({
    id: section.id,
    title: inLocale(section.label, speech.locale),
    answers: section.fields.flatMap((field) => shown(field, answers, field.id, speech)),
  }));
}

function shown(field: Field, answers: Answers, path: string, speech: Speech): ShownAnswer[] {
  if (field.type === "repeat") return rows(field, answers, speech);
  const value = own(answers, field.id);
  const label = inLocale(field.label, speech.locale);
  const options = field.options.filter((one) => one.v === value);
  return [
    {
      path,
      label,
      text: isBlank(value) ? null : textOf(field, value, speech),
      files: filesOf(value),
      tone: options[0]?.tone ?? null,
    },
  ];
}

/** Of a fixed row its name is enough: "Fans: OK"; a note stands beside it. */
function rows(field: Field, answers: Answers, speech: Speech): ShownAnswer[] {
  return rowsOf(field, answers).flatMap((row, at) => {
    const seed = field.seed?.[at] ?? {};
    const seeded = field.items.filter((one) => own(seed, one.id) !== undefined);
    const asked = field.items.filter((one) => own(seed, one.id) === undefined);
    const name =
      seeded.map((one) => textOf(one, own(seed, one.id), speech)).join(" · ") ||
      speech.words.row(at + 1);
    const parts = asked.flatMap((one) => shown(one, row, `${field.id}.${at}.${one.id}`, speech));
    const said = parts.flatMap((one) => (one.text === null ? [] : [one.text]));
    return [
      {
        path: `${field.id}.${at}`,
        label: name,
        text: said.length ? said.join(" · ") : null,
        files: parts.flatMap((one) => one.files),
        tone: parts.find((one) => one.tone !== null)?.tone ?? null,
      },
    ];
  });
}

function textOf(field: Field, value: unknown, { locale, words }: Speech): string {
  if (field.type === "bool") return value === true ? words.yes : words.no;
  if (field.type === "number") {
    const unit = field.slots.unit?.code;
    return unit ? `${shownNumber(value, locale)} ${unit}` : shownNumber(value, locale);
  }
  if (field.type === "photo") return words.photos((value as unknown[]).length);
  if (field.type === "signature") return words.isSigned;
  const labelOf = (one: unknown) =>
    inLocale(field.options.find((option) => option.v === one)?.l, locale) || String(one);
  return Array.isArray(value) ? value.map(labelOf).join(" · ") : labelOf(value);
}

const filesOf = (value: unknown): FileRef[] =>
  Array.isArray(value) ? value.filter(isFile) : isFile(value) ? [value] : [];
