/* The engines as one file each, as a browser gets them: `measured.js` to be measured, `engines.js` to be weighed. Argument: where to. */
import { build } from "vite";

const [out] = process.argv.slice(2);
for (const [name, entry] of [
  ["measured", "harness/measured.ts"],
  ["engines", "harness/weighed.ts"],
])
  await build({
    configFile: false,
    logLevel: "error",
    build: {
      outDir: out,
      emptyOutDir: false,
      lib: { entry, formats: ["iife"], name, fileName: () => `${name}.js` },
    },
  });
