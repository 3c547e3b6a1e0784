/* Photos and signatures on this phone: made small enough, kept, read back, shown again. Sending them is the loop's. */
import type { FileRef } from "../../engines/forms/values";
import { FileFault, type FilesPort } from "../../forms/run";
import { uuid7 } from "../../session/device";
import { StoreError } from "../../store/database";
import type { Client } from "../../sync/client";

/** The longest side of the evidence; larger adds bytes, no detail that anybody reads. */
const LONGEST = 2048;
const QUALITY = 0.85;

export interface KeptFile extends FileRef {
  mime: string;
  size: number;
  taken_at: string;
}

export function filesOf(client: Client): FilesPort {
  return {
    async keep(file, kind): Promise<KeptFile> {
      const picture = kind === "photo" ? await prepared(file) : file;
      const bytes = new Uint8Array(await picture.arrayBuffer());
      try {
        const sha256 = await client.photos.put(bytes);
        const taken_at = new Date().toISOString();
        return { id: uuid7(), sha256, mime: picture.type, size: bytes.length, taken_at };
      } catch (error) {
        if (error instanceof StoreError && error.kind === "full") throw new FileFault("full");
        throw error;
      }
    },
    async show(ref) {
      const bytes = await client.photos.get(ref.sha256);
      if (!bytes) return null;
      const mime = (ref as Partial<KeptFile>).mime ?? "image/jpeg";
      return URL.createObjectURL(new Blob([bytes], { type: mime }));
    },
  };
}

/** Upright, at most 2048 px, JPEG. What is no picture is refused before anything is kept. */
async function prepared(file: Blob): Promise<Blob> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new FileFault("unreadable");
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
