// What is too large to be written out in a vector is written as a recipe. Twin: tests/vectors/expressions/recipes.py,
// which says what each means.

type Recipe = (told: never) => unknown;
const RECIPES = new Map<string, Recipe>([
  ["+text", (told: [number, string][]) => told.map(([n, text]) => text.repeat(n)).join("")],
  ["+nest", nest],
  ["+rows", rows],
  ["+json", (told: string) => JSON.parse(told) as unknown],
]);

/** JSON with its recipes followed, anywhere in it: an object of one member that begins with `+`. */
export function expand(data: unknown): unknown {
  if (Array.isArray(data)) return data.flatMap(many);
  if (typeof data !== "object" || data === null) return data;
  const entries = Object.entries(data);
  const [name, told] = entries[0] ?? [""];
  const recipe = entries.length === 1 ? RECIPES.get(name) : undefined;
  if (recipe) return recipe(told as never);
  return Object.fromEntries(entries.map(([key, one]) => [key, expand(one)]));
}

function many(one: unknown): unknown[] {
  const told = typeof one === "object" && one !== null ? Object.entries(one) : [];
  if (told.length !== 1 || told[0]?.[0] !== "+many") return [expand(one)];
  const [count, what] = told[0][1] as [number, unknown];
  return new Array(count).fill(expand(what)) as unknown[];
}

function nest([count, before, leaf, after]: [number, unknown[], unknown, unknown[]]): unknown {
  let made = expand(leaf);
  const [ahead, behind] = [expand(before), expand(after)] as [unknown[], unknown[]];
  for (let n = 0; n < count; n++) made = [...ahead, made, ...behind];
  return made;
}

function rows([count, name, leaf]: [number, string, unknown]): unknown {
  let made = expand(leaf);
  for (let n = 0; n < count; n++) made = Object.fromEntries([[name, made]]);
  return made;
}
