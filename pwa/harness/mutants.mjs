/* Started by tests/mutation. */
import { runnerImport } from "vite";

await runnerImport("./harness/mutants.ts", { logLevel: "error" });
