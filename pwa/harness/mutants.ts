/* Mutants of the phone's engine of expressions: sources with one small mistake each, run until a vector differs. Prints each that nobody noticed
   and the score as lines of JSON. Twin of tests/mutation. */
import { readdirSync, readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";
import ts from "typescript";
import { expand } from "../test/recipes";

const ENGINE = new URL("../src/engines/expressions/", import.meta.url);
const VECTORS = new URL("../../tests/vectors/expressions/", import.meta.url);
/** In the order in which they need each other. */
const MODULES = ["numbers", "values", "calendar", "geo", "masks", "functions", "operators", "evaluate"]; // prettier-ignore
/** What forms use and a computation does not; their own tests hold it. */
const WITHOUT = new Set(["isMask", "isUpper", "value"]);
/** Milliseconds for all cases, of time computed; they take a quarter of it. */
const MOST_TIME = 3_000;

interface Case {
  ast: unknown;
  context: Record<string, unknown>;
  expect: unknown;
  notes: string[];
  steps?: number;
  places?: number[][];
}
type Exports = Record<string, unknown>;
type Load = (exports: Exports, require: (name: string) => Exports) => void;

const canonical = (data: unknown): string =>
  JSON.stringify(data, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))
      : one,
  );
const cases = readdirSync(VECTORS)
  .filter((name) => name.endsWith(".json"))
  .flatMap(
    (name) => (JSON.parse(readFileSync(new URL(name, VECTORS), "utf8")) as { cases: Case[] }).cases,
  )
  .map((one) => ({
    ...one,
    ast: expand(one.ast),
    context: Object.entries(expand(one.context) as Case["context"]),
    wanted: canonical([one.expect, one.notes, one.steps ?? null, one.places ?? null]),
    cost: 0,
  }));
type Ready = (typeof cases)[number];

const K = ts.SyntaxKind;
const SWAPPED = new Map<ts.SyntaxKind, ts.BinaryOperator[]>([
  [K.LessThanToken, [K.LessThanEqualsToken, K.GreaterThanEqualsToken]],
  [K.LessThanEqualsToken, [K.LessThanToken, K.GreaterThanToken]],
  [K.GreaterThanToken, [K.GreaterThanEqualsToken, K.LessThanEqualsToken]],
  [K.GreaterThanEqualsToken, [K.GreaterThanToken, K.LessThanToken]],
  [K.EqualsEqualsEqualsToken, [K.ExclamationEqualsEqualsToken]],
  [K.ExclamationEqualsEqualsToken, [K.EqualsEqualsEqualsToken]],
  [K.PlusToken, [K.MinusToken]],
  [K.MinusToken, [K.PlusToken]],
  [K.AsteriskToken, [K.SlashToken]],
  [K.SlashToken, [K.AsteriskToken]],
  [K.PercentToken, [K.SlashToken]],
  [K.AmpersandAmpersandToken, [K.BarBarToken]],
  [K.BarBarToken, [K.AmpersandAmpersandToken]],
  [K.PlusEqualsToken, [K.MinusEqualsToken]],
  [K.MinusEqualsToken, [K.PlusEqualsToken]],
]);

interface Mistake {
  begin: number;
  end: number;
  instead: string;
}
/** What stands instead of a node, each a mistake. */
function* mistakes(node: ts.Node, source: ts.SourceFile): Generator<Mistake> {
  const [begin, end] = [node.getStart(source), node.getEnd()];
  if (ts.isBinaryExpression(node)) {
    const { operatorToken: token } = node;
    for (const other of SWAPPED.get(token.kind) ?? [])
      yield {
        begin: token.getStart(source),
        end: token.getEnd(),
        instead: ts.tokenToString(other) ?? "",
      };
  } else if (ts.isPrefixUnaryExpression(node)) {
    if (node.operator === K.ExclamationToken || node.operator === K.MinusToken)
      yield { begin, end: begin + 1, instead: " " };
  } else if (ts.isNumericLiteral(node) || ts.isBigIntLiteral(node)) {
    const written = node.getText(source).replace(/_|n$/g, "");
    const tail = ts.isBigIntLiteral(node) ? "n" : "";
    for (const step of [1, -1])
      yield {
        begin,
        end,
        instead: `(${tail ? BigInt(written) + BigInt(step) : Number(written) + step}${tail})`,
      };
  } else if (node.kind === K.TrueKeyword || node.kind === K.FalseKeyword)
    yield { begin, end, instead: String(node.kind === K.FalseKeyword) };
  else if (ts.isReturnStatement(node) && node.expression && node.expression.kind !== K.NullKeyword)
    yield { begin, end, instead: "return null;" };
  else if (ts.isArrowFunction(node) && !ts.isBlock(node.body) && node.body.kind !== K.NullKeyword)
    yield { begin: node.body.getStart(source), end: node.body.getEnd(), instead: "null" };
}

function* nodes(node: ts.Node): Generator<ts.Node> {
  const { name } = node as { name?: ts.Node };
  if (name && ts.isIdentifier(name) && WITHOUT.has(name.text) && !ts.isParameter(node)) return;
  // types decide nothing, and places of a literal type are not computed
  if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
    return;
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* nodes(child);
}

function compiled(text: string): Load {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  return runInThisContext(`(function (exports, require) {${outputText}\n})`) as Load;
}

interface Engine {
  Expression: new (ast: unknown) => {
    outcome(context: unknown): {
      value: unknown;
      steps: number;
      notes: { code: string; place: number[] }[];
    };
  };
  fromJson(data: unknown): unknown;
  toJson(value: unknown): unknown;
}
/** The modules linked anew. */
function linked(loads: ReadonlyMap<string, Load>): Engine {
  const made = new Map<string, Exports>();
  for (const [name, load] of loads) {
    const exports: Exports = {};
    made.set(name, exports);
    load(exports, (wanted) => made.get(wanted.replace("./", "")) ?? {});
  }
  return { ...made.get("values"), ...made.get("evaluate") } as unknown as Engine;
}

function isRight({ Expression, fromJson, toJson }: Engine, one: Ready): boolean {
  const context = Object.fromEntries(one.context.map(([name, data]) => [name, fromJson(data)]));
  const { value, steps, notes } = new Expression(one.ast).outcome(context);
  const codes = notes.map(({ code }) => code);
  const places = one.places === undefined ? null : notes.map(({ place }) => place);
  const cost = one.steps === undefined ? null : steps;
  return canonical([toJson(value), codes, cost, places]) === one.wanted;
}

/** What is run under a limit: code that hangs can only be stopped from outside. */
const limited = globalThis as unknown as { run?: () => boolean };
function within(run: () => boolean): boolean {
  limited.run = run;
  const begin = process.cpuUsage();
  for (;;)
    try {
      return runInThisContext("run()", { timeout: MOST_TIME }) as boolean;
    } catch (error) {
      const isLate = (error as { code?: string } | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
      // on a busy machine what is late has not computed that long: again
      if (!isLate || process.cpuUsage(begin).user >= MOST_TIME * 1000) return false;
    }
}

/** A case that failed goes to the front: it is near to the next mistake, too, and most mutants end at once. */
function isKilled(loads: ReadonlyMap<string, Load>): boolean {
  let failed: Ready | undefined;
  const isFine = within(() => {
    const engine = linked(loads);
    failed = cases.find((one) => !isRight(engine, one));
    return !failed;
  });
  if (failed) cases.unshift(...cases.splice(cases.indexOf(failed), 1));
  return !isFine;
}

function score(): void {
  const texts = new Map(MODULES.map((name) => [name, readFileSync(new URL(`${name}.ts`, ENGINE), "utf8")])); // prettier-ignore
  const loads = new Map([...texts].map(([name, text]) => [name, compiled(text)]));
  const engine = linked(loads);
  for (const one of cases) {
    const begin = process.hrtime.bigint();
    if (!isRight(engine, one)) throw new Error(`Wrong without a mistake: ${one.wanted}`);
    one.cost = Number(process.hrtime.bigint() - begin);
  }
  cases.sort((a, b) => a.cost - b.cost);
  const count = { mutants: 0, killed: 0 };
  for (const [name, text] of texts) {
    const source = ts.createSourceFile(`${name}.ts`, text, ts.ScriptTarget.ES2022, true);
    for (const node of nodes(source))
      for (const { begin, end, instead } of mistakes(node, source)) {
        const mutant = compiled(text.slice(0, begin) + instead + text.slice(end));
        count.mutants += 1;
        if (isKilled(new Map(loads).set(name, mutant))) count.killed += 1;
        else {
          const { line } = source.getLineAndCharacterOfPosition(begin);
          const what = `${text.slice(begin, end)} is ${instead}`.slice(0, 80);
          const told = {
            survived: `${name}.ts:${line + 1} ${what}`,
            line: text.split("\n")[line]?.trim(),
          };
          process.stdout.write(`${JSON.stringify(told)}\n`);
        }
      }
  }
  process.stdout.write(`${JSON.stringify(count)}\n`);
}
score();
