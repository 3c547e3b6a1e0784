/* Types of the server's OpenAPI document: `npm run types -- openapi.json` writes src/api/schema.d.ts; with --check it
   only says whether the committed file is what the document gives, so that a test can tell staleness. */
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const TARGET = "src/api/schema.d.ts";
const HEAD =
  "/* Made from the server's OpenAPI document by `npm run types`. Not for editing by hand. */\n";

const options = process.argv.slice(3); // node build/run.js build/types.ts …
const source = options.find((option) => !option.startsWith("--"));
if (!source) {
  console.error("Name the document: npm run types -- openapi.json [--check]");
  process.exit(2);
}

const document = JSON.parse(readFileSync(source, "utf8")) as Parameters<typeof openapiTS>[0];
// An argument with a default may be left out of a request: that is what a default is for.
const tree = await openapiTS(document, { defaultNonNullable: false });
const made = HEAD + astToString(tree);

if (!options.includes("--check")) {
  writeFileSync(TARGET, made);
} else if (readFileSync(TARGET, "utf8") !== made) {
  console.error(`${TARGET} is not what ${source} gives: run npm run types.`);
  process.exit(1);
}
