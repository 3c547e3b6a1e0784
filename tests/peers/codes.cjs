// Draws codes as labels of devices carry them: QR by one library (uqr), Code 128, Data Matrix and the rest by another. Asked once on
// standard input with [{format, text}]; answers one line of JSON, an image address each. Node, with what pwa/node_modules has.
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");

const pwa = createRequire(join(__dirname, "../../pwa/package.json"));

async function drawn({ format, text }) {
  if (format === "QRCode") {
    const { renderSVG } = await import(pwa.resolve("uqr"));
    return `data:image/svg+xml,${encodeURIComponent(renderSVG(text, { border: 3, pixelSize: 8 }))}`;
  }
  const { prepareZXingModule, writeBarcode } = pwa("zxing-wasm/writer");
  const wasmBinary = readFileSync(pwa.resolve("zxing-wasm/writer/zxing_writer.wasm"));
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  const { svg, error } = await writeBarcode(text, { format, scale: 6 });
  if (error) throw new Error(error);
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

async function main() {
  const wanted = JSON.parse(readFileSync(0, "utf8"));
  const made = [];
  for (const one of wanted) made.push(await drawn(one));
  console.log(JSON.stringify(made));
}
main();
