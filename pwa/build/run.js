/* Runs a TypeScript script of this folder with Vite's own loader: Node 20 cannot strip types and a second
   runner would be one more dependency. Use: node build/run.js build/size.ts */
import { runnerImport } from "vite";

const script = process.argv[2];
if (!script) throw new Error("Name a script: node build/run.js build/size.ts");
await runnerImport(`./${script}`, { logLevel: "error" });
