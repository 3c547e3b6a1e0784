import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chosen, type ChoiceFacts, type ChoiceRow } from "./choose";
import { hash, seen } from "../../../harness/seen";
import { load, type Definition } from "./definition";
import * as masks from "../expressions/masks";
import { fromJson, type Context } from "../expressions/values";
import { progress } from "./progress";
import { FormState } from "./state";
import { errors, shapeErrors, textToBind, type FormError } from "./validate";
import { boundText, isObject, numberText, type Answers } from "./values";

interface Case {
  name: string;
  kind: string;
  template: string;
  answers: Answers;
  inputs: Answers;
  value: number;
  mask: string;
  text: string;
  signatures: string[];
  sha256: string;
  phone: boolean;
  rows: ChoiceRow[];
  facts: ChoiceFacts;
  expect: unknown;
}
interface File {
  templates: Record<string, unknown>;
  cases: Case[];
}
const folder = new URL("../../../../tests/vectors/forms/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as File;
const files = {
  "answers.json": read("answers.json"),
  "values.json": read("values.json"),
  "templates.json": read("templates.json"),
  "choose.json": read("choose.json"),
  "states.json": read("states.json"),
};
const ran = new Set<string>();

function definition(name: string): Definition {
  const found = load(files["answers.json"].templates[name]);
  if (!found) throw new Error(`${name} does not load`);
  return found;
}

function judge(one: Case): FormError[] {
  const form = definition(one.template);
  if (one.kind === "shape") return shapeErrors(form, one.answers);
  expect(one.kind).toBe("errors");
  const text = isObject(one.answers) ? textToBind(new FormState(form, {}, one.answers)) : null;
  return errors(form, one.answers, text === null ? null : hash(text));
}

const states = new Map<string, Definition>();
for (const [name, template] of Object.entries(files["states.json"].templates)) {
  const found = load(template);
  if (!found) throw new Error(`${name} does not load`);
  states.set(name, found);
}
const inputsOf = (one: Case): Context => fromJson(one.inputs) as Context;

const stateOf = (one: Case): Definition => states.get(one.template) as Definition;

describe("the form engine", () => {
  it.each(files["answers.json"].cases)("$name", (one) => {
    const frozen = structuredClone(one.answers);
    expect(JSON.stringify(judge(one))).toBe(JSON.stringify(one.expect));
    expect(one.answers).toEqual(frozen);
    ran.add(`answers ${one.name}`);
  });

  it.each(files["states.json"].cases)("$name", (one) => {
    const frozen = structuredClone(one.answers);
    const inputs = inputsOf(one);
    expect(seen(new FormState(stateOf(one), inputs, one.answers), one.answers, inputs)).toEqual(
      one.expect,
    );
    expect(one.answers).toEqual(frozen);
    ran.add(`states ${one.name}`);
  });

  it.each([...states.keys()])("%s: step by step it is what it is at once", (name) => {
    const all = files["states.json"].cases.filter((one) => one.template === name);
    for (const first of all)
      for (const then of all) {
        const inputs = inputsOf(first);
        const state = new FormState(stateOf(first), inputs, first.answers);
        seen(state, first.answers, inputs);
        state.update(then.answers);
        const whole = new FormState(stateOf(first), inputs, then.answers);
        expect(seen(state, then.answers, inputs)).toEqual(seen(whole, then.answers, inputs));
      }
  });

  it.each(files["values.json"].cases)("$name", (one) => {
    if (one.kind === "number") expect(numberText(one.value)).toBe(one.expect);
    else if (one.kind === "expand")
      expect(masks.expand(one.mask)?.join("") ?? null).toBe(one.expect);
    else if (one.kind === "fits") expect(masks.fits(one.mask, one.text)).toBe(one.expect);
    else {
      expect(one.kind).toBe("bound");
      const text = boundText(one.answers, new Set(one.signatures));
      expect(text).toBe(one.expect);
      expect(hash(text)).toBe(one.sha256);
    }
    ran.add(`values ${one.name}`);
  });

  it.each(files["templates.json"].cases)("$name", (one) => {
    expect(load(one.template) !== null).toBe(one.phone);
    ran.add(`templates ${one.name}`);
  });

  it.each(files["choose.json"].cases)("$name", (one) => {
    expect(chosen(one.rows, one.facts)).toBe(one.expect);
    ran.add(`choose ${one.name}`);
  });

  it("has run every case of every file", () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort());
    const all = Object.values(files).reduce((sum, file) => sum + file.cases.length, 0);
    expect(ran.size).toBe(all);
  });

  it("counts fixed rows before anybody has begun", () => {
    const form = definition("fixed");
    const found = errors(form, {});
    const at = (answers: Answers) => new FormState(form, {}, answers);
    expect(progress(at({}), {}, found)).toMatchObject({ answered: 0, total: 4 });
    expect(progress(at({}), {}, found).missing).toEqual(["checks.0.res", "checks.1.res"]);
    const begun = { checks: [{ item: "Fan", res: "ok" }, { item: "Belt" }] };
    expect(progress(at(begun), begun, errors(form, begun))).toMatchObject({
      answered: 1,
      total: 4,
      missing: ["checks.1.res"],
      sections: [{ isOpen: true, answered: 1, total: 4 }],
    });
  });
});
