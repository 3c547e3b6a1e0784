/* Reading a code with the camera, by the reader that the platform has. Owns which codes are read and what of their text counts; where
   there is no reader nothing is offered, and what stands on the plate is typed. */

interface Reader {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
type ReaderType = {
  new (options: { formats: string[] }): Reader;
  getSupportedFormats(): Promise<string[]>;
};
/** What labels and plates of devices carry. */
const WANTED = ["qr_code", "data_matrix", "code_128", "code_39", "ean_13", "pdf417"];

const readerType = (): ReaderType | undefined =>
  (globalThis as { BarcodeDetector?: ReaderType }).BarcodeDetector;

/** A reader for this phone, or null: no camera, no reader, or none of the codes that we know. */
export async function codeReader(): Promise<Reader | null> {
  const Type = readerType();
  if (!Type || !("mediaDevices" in navigator)) return null;
  try {
    const known = await Type.getSupportedFormats();
    const formats = WANTED.filter((one) => known.includes(one));
    return formats.length ? new Type({ formats }) : null;
  } catch {
    return null; // some platforms have the name and nothing behind it
  }
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
