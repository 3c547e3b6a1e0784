/* The same form in SurveyJS and in ours, one after the other in one process: milliseconds of a whole verdict. Given as JSON on stdin. */
import { text } from "node:stream/consumers";
import { Model } from "survey-core";
import { runnerImport } from "vite";

const { Measured } = (await runnerImport("./harness/measured.ts", { logLevel: "error" })).module;
const { form, survey, answers, times } = JSON.parse(await text(process.stdin));
const ours = new Measured(form);
const model = new Model(survey);

function theirs() {
  const begun = performance.now();
  model.data = answers;
  const found = [];
  for (const one of model.getAllQuestions(true)) if (!one.validate(false)) found.push(one.name);
  return [performance.now() - begun, found.length];
}
const found = { ours: [], theirs: [], wrong: ours.wrong, theirWrong: 0 };
for (let n = 0; n < times + 5; n++) {
  const [mine, [other, count]] = [ours.whole(), theirs()];
  if (n >= 5) {
    found.ours.push(mine);
    found.theirs.push(other);
  }
  found.theirWrong = count;
}
process.stdout.write(JSON.stringify(found));
