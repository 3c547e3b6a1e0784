/* Answers as they are read afterwards: question and answer in words, section by section, rows of a repeat under their name. Pure. */
import type { Definition, Field } from "../engines/forms/definition";
import { contextOf } from "../engines/forms/inputs";
import { FormState, rowsOf } from "../engines/forms/state";
import {
  isBlank,
  isFile,
  isMoment,
  own,
  type Answers,
  type FileRef,
} from "../engines/forms/values";
import { clock, day } from "../i18n/format";
import type { Locale } from "../i18n/locale.svelte";
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
  /** In which moments are shown. */
  zone: string;
}

/** `inputs`: what the form was computed from. What it did not show, and what is only said in it, is left out. */
export function answersShown(
  definition: Definition,
  answers: Answers,
  speech: Speech,
  inputs: Answers = {},
): ShownSection[] {
  const state = new FormState(definition, contextOf(inputs), answers);
  return definition.sections
    .map((section) => ({
      id: section.id,
      title: inLocale(section.label, speech.locale),
      answers: section.fields
        .filter((field) => field.type !== "note" && state.isShown(field.id))
        .flatMap((field) => shown(field, answers, field.id, speech)),
    }))
    .filter((section) => section.answers.length > 0);
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

/** An answer, or what was computed, in words. */
export function textOf(field: Field, value: unknown, { locale, words, zone }: Speech): string {
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "number") {
    const unit = field.slots.unit?.code;
    return unit ? `${shownNumber(value, locale)} ${unit}` : shownNumber(value, locale);
  }
  if (isMoment(value)) return `${day(value, zone, locale as Locale)} ${clock(value, zone)}`;
  if (field.type === "photo") return words.photos((value as unknown[]).length);
  if (field.type === "signature") return words.isSigned;
  const labelOf = (one: unknown) =>
    inLocale(field.options.find((option) => option.v === one)?.l, locale) || String(one);
  return Array.isArray(value) ? value.map(labelOf).join(" · ") : labelOf(value);
}

const filesOf = (value: unknown): FileRef[] =>
  Array.isArray(value) ? value.filter(isFile) : isFile(value) ? [value] : [];
