import { describe, expect, it } from "vitest";
import { load } from "../../engines/forms/definition";
import { progress } from "../../engines/forms/progress";
import { FormState } from "../../engines/forms/state";
import { verdict } from "../../engines/forms/validate";
import type { Answers } from "../../engines/forms/values";
import { nameOfQuestion } from "../../forms/named";
import { filesOfForm, isSigned, photoTally, questionsOf, type FormFacts } from "./finish";

const en = (text: string) => ({ en: text });
const template = {
  $fmt: "callout-form/1",
  key: "chiller",
  title: en("Chiller"),
  lists: {
    parts: [{ v: "fan", l: en("Fans") }],
    okng: [{ v: "ok", l: en("OK") }],
  },
  items: [
    { id: "plate", type: "photo", label: en("Plate") },
    { id: "pressure", type: "number", label: en("Pressure"), required: true, min: 0, max: 10 },
    {
      id: "checks",
      type: "repeat",
      label: en("Checks"),
      rows: "fixed",
      seed: [{ item: "fan" }],
      items: [
        { id: "item", type: "select", label: en("Part"), list: "parts" },
        { id: "result", type: "select", label: en("Result"), list: "okng", required: true },
        { id: "proof", type: "photo", label: en("Proof") },
      ],
    },
    { id: "after", type: "photo", label: en("After"), min: 2 },
    {
      id: "sign",
      type: "signature",
      label: en("Signature"),
      required: true,
      binds: "answers_sha256",
    },
  ],
};
const file = (n: number) => ({
  id: `0000000${n}-0000-7000-8000-000000000000`,
  sha256: String(n).repeat(64),
});
const SHA = "f".repeat(64);
const signature = (bound = SHA) => ({ ...file(9), answers_sha256: bound });
const whole = {
  plate: [file(1)],
  pressure: 5,
  checks: [{ item: "fan", result: "ok" }],
  after: [file(2), file(3)],
  sign: signature(),
};

function facts(answers: Answers, state: FormFacts["state"] = "open"): FormFacts {
  const definition = load(template);
  if (!definition) throw new Error("The template is not read.");
  const formNow = new FormState(definition, {}, answers);
  const found = verdict(formNow, answers, SHA);
  return {
    state,
    definition,
    formNow,
    answers,
    found,
    progress: progress(formNow, answers, found),
  };
}
const said = (answers: Answers, failed: string[] = [], state: FormFacts["state"] = "open") =>
  questionsOf(facts(answers, state), new Set(failed)).map(
    ({ path, why, isNeeded }) => `${path} ${why}${isNeeded ? "" : " (advice)"}`,
  );

describe("what a form lacks", () => {
  it("is every required question in the order of the form, and a photo worth having", () =>
    expect(said({})).toEqual([
      "plate photo_advised (advice)",
      "pressure answer",
      "checks.0.result answer",
      "after photo",
      "sign signature",
    ]));
  it("is nothing when all of it is there", () => expect(said(whole)).toEqual([]));
  it("is what is wrong, and a signature that other answers made void", () =>
    expect(said({ ...whole, pressure: 99, sign: signature("0".repeat(64)) })).toEqual([
      "pressure wrong",
      "sign void",
    ]));
  it("is too few photos", () =>
    expect(said({ ...whole, after: [file(2)] })).toEqual(["after wrong"]));
  it("is a photo that did not get through, needed when too few are left without it", () => {
    expect(said(whole, [file(2).id])).toEqual(["after photo_failed"]);
    expect(said(whole, [file(1).id])).toEqual(["plate photo_failed (advice)"]);
  });
  it("is a failed photo in a row too, and the signature's picture", () => {
    const proof = [{ item: "fan", result: "ok", proof: [file(4)] }];
    const answers = { ...whole, checks: proof };
    expect(said(answers, [file(4).id])).toEqual(["checks.0.proof photo_failed (advice)"]);
    expect(said(answers, [file(9).id])).toEqual(["sign photo_failed"]);
  });
  it("is of a form that was handed in only what failed since", () => {
    expect(said({}, [], "done")).toEqual([]);
    expect(said(whole, [file(3).id], "done")).toEqual(["after photo_failed"]);
  });
  it("is unknown of a form this app cannot read", () =>
    expect(questionsOf({ ...facts({}), definition: null }, new Set())).toEqual([]));
});

describe("what is there", () => {
  it("counts photos over all forms", () =>
    expect(photoTally([facts(whole), facts({})])).toEqual({ taken: 3, wanted: 4 }));
  it("is signed while the signature holds", () => {
    expect(isSigned([facts(whole)])).toBe(true);
    expect(isSigned([facts({ ...whole, sign: signature("0".repeat(64)) })])).toBe(false);
    expect(isSigned([facts({})])).toBe(false);
  });
  it("names its files", () =>
    expect(filesOfForm(facts(whole)).map((one) => one.sha256[0])).toEqual(["1", "2", "3", "9"]));
});

it("a question is called by its row", () => {
  const definition = load(template);
  const naming = { locale: "en", row: (n: number) => `Row ${n}` };
  expect(definition && nameOfQuestion(definition, "checks.0.result", naming)).toBe("Fans · Result");
  expect(definition && nameOfQuestion(definition, "pressure", naming)).toBe("Pressure");
});
