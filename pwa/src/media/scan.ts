/* Reading a code with the camera: by the reader that the platform has, else by one of ours (wasm, in a worker, loaded when it is
   first wanted). Owns which codes are read and what of their text counts; what stands on a plate can be typed always. */

export interface Reader {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
  /** Lets its worker go. */
  close?(): void;
}
type ReaderType = {
  new (options: { formats: string[] }): Reader;
  getSupportedFormats(): Promise<string[]>;
};
/** What labels and plates of devices carry. */
export const WANTED = ["qr_code", "data_matrix", "code_128", "code_39", "ean_13", "pdf417"];

const readerType = (): ReaderType | undefined =>
  (globalThis as { BarcodeDetector?: ReaderType }).BarcodeDetector;

async function ownReader(): Promise<Reader | null> {
  const Type = readerType();
  if (!Type) return null;
  try {
    const known = await Type.getSupportedFormats();
    const formats = WANTED.filter((one) => known.includes(one));
    return formats.length ? new Type({ formats }) : null;
  } catch {
    return null; // some platforms have the name and nothing behind it
  }
}

/** Whether it makes sense to offer the camera here. Loads nothing. */
export const mayScan = (): boolean =>
  "mediaDevices" in navigator &&
  (readerType() !== undefined || (typeof WebAssembly === "object" && typeof Worker === "function"));

/** A reader for this phone, or null when there is none: ours could not be loaded, or may not run here. */
export async function codeReader(): Promise<Reader | null> {
  const own = await ownReader();
  if (own) return own;
  try {
    const { wasmReader } = await import("./wasm_reader");
    return await wasmReader();
  } catch {
    return null;
  }
}

/** Once the phone is at rest: where ours will be needed the worker keeps it for a day without signal. */
export async function holdReader(): Promise<void> {
  if (!mayScan() || !("serviceWorker" in navigator) || (await ownReader())) return;
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ type: "hold-later" });
}

/** The serial in a code: our own label says `CALLOUT:serial`, an address carries it as `serial` or as its last part, anything else
 *  is the serial itself. */
export function serialOf(code: string): string {
  const text = code.trim();
  const own = /^CALLOUT:(.+)$/i.exec(text);
  if (own) return (own[1] ?? "").trim();
  if (!/^https?:\/\//i.test(text)) return text;
  try {
    const { searchParams, pathname } = new URL(text);
    const named = searchParams.get("serial") ?? searchParams.get("sn");
    return named ?? decodeURIComponent(pathname.split("/").filter(Boolean).at(-1) ?? text);
  } catch {
    return text;
  }
}
