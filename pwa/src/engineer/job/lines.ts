/* The list of a finish in words: what is missing with the way to it, what is there, what is worth having. Pure over what was found. */
import { nameOfQuestion, questionAt } from "../../forms/named";
import { inLocale } from "../../forms/run";
import { sentenceOf } from "../../forms/sentences";
import { f } from "../../forms/words";
import { locale } from "../../i18n/locale.svelte";
import type { InnerWords } from "../../i18n/words/inner.en";
import type { Filling } from "../form/filling.svelte";
import { joined, textOf } from "../jobs";
import { router } from "../routes";
import { isSigned, photoTally, questionsOf, type Outcome, type Question } from "./finish";

export interface Line {
  key: string;
  state: "there" | "needed" | "advised";
  title: string;
  line?: string | undefined;
  side?: string | undefined;
  /** Where it can be done; what has none is on this page, at `place`. */
  href?: string | undefined;
  place?: "outcome" | "findings";
}
interface Asked {
  visit: string;
  outcome: Outcome | null;
  findings: string;
  fillings: readonly Filling[];
  failed: ReadonlySet<string>;
  words: InnerWords;
}

const ORDER: Line["state"][] = ["needed", "advised", "there"];

export function linesOf(asked: Asked): Line[] {
  const shown = asked.fillings.filter((one) => one.state === "open" || one.state === "done");
  const unread = asked.fillings.filter((one) => one.state === "newer");
  const all = [
    outcomeLine(asked),
    findingsLine(asked),
    ...shown.flatMap((one) => formLines(one, asked)),
    ...unread.map((one) => newerLine(one, asked)),
    ...sumLines(shown, asked),
  ];
  // What is missing stands first; within each the order of the job stays.
  return ORDER.flatMap((state) => all.filter((one) => one.state === state));
}

function outcomeLine({ outcome, words }: Asked): Line {
  const said = { done: words.complete.done, needs_parts: words.complete.needsParts };
  const side = outcome === "done" || outcome === "needs_parts" ? said[outcome] : undefined;
  const state = side ? "there" : "needed";
  return { key: "outcome", place: "outcome", state, title: words.complete.outcome, side };
}

function findingsLine({ findings, words }: Asked): Line {
  const isThere = findings.trim() !== "";
  return {
    key: "findings",
    place: "findings",
    state: isThere ? "there" : "needed",
    title: words.job.findings,
    line: isThere ? undefined : words.complete.findingsMissing,
  };
}

function addressOf(filling: Filling, visit: string, path: string | null): string {
  const query = new URLSearchParams();
  if (filling.unit) query.set("unit", filling.unit.id);
  if (path !== null) query.set("at", path);
  const text = query.toString();
  return router.href("form", { visitId: visit }) + (text && `?${text}`);
}

function titleOf(filling: Filling, { words, fillings }: Asked): string {
  const unit = textOf(filling.unit, "label") ?? textOf(filling.unit, "serial");
  const name = inLocale(filling.definition?.title, locale()) || words.form.card;
  return fillings.length > 1 ? joined(name, unit) : name;
}

/** A job that waits for parts is not over: its form may stay open, what is answered goes along. */
function formLines(filling: Filling, asked: Asked): Line[] {
  const { outcome, visit, words } = asked;
  const questions = questionsOf(filling, asked.failed);
  const count = filling.progress;
  const mayWait = outcome === "needs_parts";
  const isLacking = questions.some((one) => one.isNeeded);
  const whole: Line = {
    key: `form:${filling.unit?.id ?? ""}`,
    state: !isLacking ? "there" : mayWait ? "advised" : "needed",
    title: titleOf(filling, asked),
    line: isLacking && mayWait ? words.complete.formMayWait : undefined,
    side: count ? words.form.count(count.answered, count.total) : undefined,
    href: addressOf(filling, visit, null),
  };
  const single = questions.map((one) => questionLine(filling, one, asked));
  if (mayWait) return [whole, ...single.filter((one) => one.state !== "needed")];
  // The form's own line repeats what its questions say, unless there is nothing to say of them.
  return isLacking ? single : [...single, whole];
}

function questionLine(filling: Filling, question: Question, asked: Asked): Line {
  const { path, isNeeded } = question;
  const naming = { locale: locale(), row: f().row };
  const { definition } = filling;
  return {
    key: `question:${filling.unit?.id ?? ""}:${path}`,
    state: isNeeded ? "needed" : "advised",
    title: definition ? nameOfQuestion(definition, path, naming) : path,
    line: joined(
      whyOf(filling, question, asked.words),
      asked.fillings.length > 1 ? titleOf(filling, asked) : null,
    ),
    href: addressOf(filling, asked.visit, path),
  };
}

function whyOf(filling: Filling, { path, why }: Question, words: InnerWords): string {
  const error = filling.found.find((one) => one.path === path);
  const field = filling.definition ? questionAt(filling.definition, path) : undefined;
  if (why === "wrong" && error && field) return sentenceOf(error, field, f(), filling.locale);
  return words.complete.why[why];
}

const newerLine = (filling: Filling, { words }: Asked): Line => ({
  key: `newer:${filling.unit?.id ?? ""}`,
  state: "advised",
  title: words.form.newer,
  line: words.form.newerWhy,
});

/** Photos and signature over all forms, said when they are as they should be: what is missing of them has lines of its own. */
function sumLines(shown: readonly Filling[], { failed, words }: Asked): Line[] {
  const photos = photoTally(shown);
  const isLacking = shown
    .flatMap((one) => questionsOf(one, failed))
    .some((one) => one.isNeeded && /^(photo|wrong)/.test(one.why));
  const lines: Line[] = [];
  if (photos.taken > 0 && !isLacking)
    lines.push({
      key: "photos",
      state: "there",
      title: words.complete.photos,
      side: words.complete.photoCount(photos.taken, photos.wanted),
    });
  if (isSigned(shown))
    lines.push({ key: "signature", state: "there", title: words.complete.signature });
  return lines;
}
