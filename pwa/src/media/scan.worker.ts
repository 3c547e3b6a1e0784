/* The worker that reads codes in pictures. Told first where its wasm lies (our own address), then given one picture after the other;
   answers the texts found. The server gives this one file the leave to compile wasm (server/pages.py). */
import { prepareZXingModule, readBarcodes, type ReaderOptions } from "zxing-wasm/reader";

export interface Asked {
  wasm?: string;
  image?: ImageData;
}
export interface Answer {
  found?: string[];
  fault?: string;
}

const OPTIONS: ReaderOptions = {
  formats: ["QRCode", "DataMatrix", "Code128", "Code39", "EAN13", "PDF417"],
  maxNumberOfSymbols: 1,
  tryHarder: true,
};

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Asked>) => void;
  postMessage: (answer: Answer) => void;
};

async function answer({ wasm, image }: Asked): Promise<Answer> {
  if (wasm !== undefined) {
    const overrides = { locateFile: () => wasm };
    await prepareZXingModule({ overrides, fireImmediately: true });
  }
  if (!image) return { found: [] };
  const codes = await readBarcodes(image, OPTIONS);
  return { found: codes.filter((one) => one.isValid).map((one) => one.text) };
}

scope.onmessage = ({ data }) =>
  void answer(data).then(
    (said) => scope.postMessage(said),
    (error: unknown) => scope.postMessage({ fault: String(error) }),
  );
