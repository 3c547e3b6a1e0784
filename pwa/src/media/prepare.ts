// Makes the evidence of a picture: upright, at most 2048 px, JPEG, with the hash of what the camera wrote and what it says of time and
// place as a second witness. Runs in a worker; knows neither screens nor stores.

import exifr from "exifr/dist/lite.esm.mjs";

/** The longest side of the evidence; larger adds bytes, no detail that anybody reads. */
const LONGEST = 2048;
const QUALITY = 0.85;
const MOST_BYTES = 60_000_000;
const HEIC = /^(heic|heix|hevc|mif1|msf1)$/;

/** What the camera's own file says. Text and numbers only. */
export interface Camera {
  sha256: string;
  exif: Record<string, string | number>;
}
export interface Prepared {
  bytes: ArrayBuffer;
  mime: string;
  sha256: string;
  camera: Camera;
  lat: number | null;
  lon: number | null;
}
export type Refusal = "unreadable" | "too_large";

export async function prepare(file: Blob): Promise<Prepared | Refusal> {
  if (file.size > MOST_BYTES) return "too_large";
  const original = await file.arrayBuffer();
  // Time and place are read before anything is drawn: the drawing has neither.
  const { exif, lat, lon } = await witness(original);
  const camera = { sha256: await hex(original), exif };
  const drawn = await draw(file);
  if (drawn) {
    const bytes = await drawn.arrayBuffer();
    return { bytes, mime: drawn.type, sha256: await hex(bytes), camera, lat, lon };
  }
  // A format that only its maker's browser can draw goes as it is; the server makes it readable for everybody.
  if (!isHeic(original)) return "unreadable";
  return { bytes: original, mime: "image/heic", sha256: camera.sha256, camera, lat, lon };
}

async function draw(file: Blob): Promise<Blob | null> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(picture.width * share)),
    Math.max(1, Math.round(picture.height * share)),
  );
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}

const KEPT = [
  "Make",
  "Model",
  "DateTimeOriginal",
  "CreateDate",
  "OffsetTimeOriginal",
  "ExifImageWidth",
];

/** A picture without it, or with a broken one, is a picture all the same. */
async function witness(
  file: ArrayBuffer,
): Promise<{ exif: Camera["exif"]; lat: number | null; lon: number | null }> {
  try {
    const found = ((await exifr.parse(file, { gps: true, reviveValues: false })) ?? {}) as Record<
      string,
      unknown
    >;
    const exif = Object.fromEntries(
      KEPT.flatMap((name) => {
        const value = plain(found[name]);
        return value === null ? [] : [[name, value] as const];
      }),
    );
    return { exif, lat: degrees(found.latitude, 90), lon: degrees(found.longitude, 180) };
  } catch {
    return { exif: {}, lat: null, lon: null };
  }
}

function plain(value: unknown): string | number | null {
  if (typeof value === "string") return value.replaceAll("\0", "").slice(0, 100);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
const degrees = (value: unknown, most: number): number | null =>
  typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= most ? value : null;

/** ISO base media: `ftyp` and a brand of HEIF. */
function isHeic(file: ArrayBuffer): boolean {
  const head = new TextDecoder("latin1").decode(file.slice(4, 12));
  return head.startsWith("ftyp") && HEIC.test(head.slice(4));
}

async function hex(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((one) => one.toString(16).padStart(2, "0")).join("");
}
