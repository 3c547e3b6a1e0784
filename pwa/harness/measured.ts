/* The form engine as it is measured (tests/bench/forms.py): times in milliseconds of a whole verdict, of a letter, of a row more. */
import { fromJson, type Context } from "../src/engines/expressions/values";
import { load, type Definition } from "../src/engines/forms/definition";
import { progress } from "../src/engines/forms/progress";
import { defaults, FormState } from "../src/engines/forms/state";
import { verdict } from "../src/engines/forms/validate";
import type { Answers } from "../src/engines/forms/values";

export interface Given {
  template: unknown;
  inputs: Answers;
  answers: Answers;
}
const timed = (work: () => unknown): number => {
  const begun = performance.now();
  work();
  return performance.now() - begun;
};

export class Measured {
  readonly definition: Definition;
  readonly context: Context;
  constructor(private readonly given: Given) {
    const definition = load(given.template);
    if (!definition) throw new Error("The form is not read.");
    this.definition = definition;
    this.context = fromJson(given.inputs) as Context;
  }

  /** How many things are wrong, so that nobody measures nothing. */
  get wrong(): number {
    return verdict(
      new FormState(this.definition, this.context, this.given.answers),
      this.given.answers,
      null,
    ).length;
  }
  /** From the template to the first verdict. */
  opened = (): number =>
    timed(() => {
      const definition = load(this.given.template);
      if (definition) {
        defaults(definition.fields, this.context);
        const state = new FormState(definition, this.context, this.given.answers);
        progress(state, this.given.answers, verdict(state, this.given.answers, null));
      }
    });
  /** Everything computed and judged. */
  whole = (): number =>
    timed(() =>
      verdict(
        new FormState(this.definition, this.context, this.given.answers),
        this.given.answers,
        null,
      ),
    );
  /** Letters into one answer, one after the other: computed, judged and counted after each. */
  letters(change: (answers: Answers, n: number) => Answers, count: number): number[] {
    const state = new FormState(this.definition, this.context, this.given.answers);
    let answers = this.given.answers;
    verdict(state, answers, null);
    return Array.from({ length: count }, (_, n) =>
      timed(() => {
        answers = change(answers, n);
        state.update(answers);
        progress(state, answers, verdict(state, answers, null));
      }),
    );
  }
}

const inField = (id: string) => (answers: Answers, n: number) => ({
  ...answers,
  [id]: 40 + (n % 7),
});
const inRow = (row: number) => (answers: Answers, n: number) => {
  const rows = answers.parts as Answers[];
  return {
    ...answers,
    parts: rows.map((one, at) => (at === row ? { ...one, price: 10 + n } : one)),
  };
};
const oneMore = (answers: Answers, n: number) => {
  const rows = answers.parts as Answers[];
  return { ...answers, parts: [...rows, { part: `Part ${n}`, qty: 1, price: n }] };
};

/** All numbers of a form, as lists of milliseconds; `long` is the same form with 200 rows. */
export function measure(form: Given, long: Given, times: number): Record<string, number[]> {
  const [usual, tall] = [new Measured(form), new Measured(long)];
  if (!usual.wrong) throw new Error("Nothing is wrong with the answers.");
  for (let n = 0; n < 5; n++) usual.whole();
  const repeated = (work: () => number) => Array.from({ length: times }, work);
  return {
    open: repeated(usual.opened),
    whole: repeated(usual.whole),
    // everything after it follows from the first reading
    letter: usual.letters(inField("low0"), times),
    letterEnd: usual.letters(inField("low27"), times),
    row1: tall.letters(inRow(0), times),
    row200: tall.letters(inRow(199), times),
    add1: new Measured({ ...long, answers: { ...long.answers, parts: [] } }).letters(oneMore, 20),
    add200: tall.letters(oneMore, 20),
  };
}
