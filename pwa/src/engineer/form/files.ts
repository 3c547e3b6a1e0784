/* Photos and signatures on this phone: made in a worker, kept, read back, shown again. What is known of a file (its size, place,
   witness) is told to the draft; the answer itself holds only what binds: its id and hash. Sending is the loop's. */
import type { FileRef } from "../../engines/forms/values";
import { FileFault, type FilesPort, type Tag } from "../../forms/run";
import { placeNow, prepared, type Place } from "../../media/capture";
import type { Camera } from "../../media/prepare";
import { uuid7 } from "../../session/device";
import { StoreError } from "../../store/database";
import type { Client } from "../../sync/client";

export interface KeptFile {
  kind: "photo" | "signature";
  mime: string;
  size: number;
  taken_at: string;
  lat?: number;
  lon?: number;
  accuracy_m?: number | null;
  camera?: Camera;
  tag?: Tag | null;
}
export interface Known {
  get(id: string): KeptFile | undefined;
  add(id: string, file: KeptFile): void;
}

export function filesOf(client: Client, known: Known): FilesPort {
  async function store(bytes: Uint8Array<ArrayBuffer>, file: KeptFile): Promise<FileRef> {
    try {
      const ref = { id: uuid7(), sha256: await client.photos.put(bytes) };
      known.add(ref.id, file);
      return ref;
    } catch (error) {
      if (error instanceof StoreError && error.kind === "full") throw new FileFault("full");
      throw error;
    }
  }
  return {
    async keep(file, kind) {
      const taken_at = new Date().toISOString();
      if (kind === "signature") {
        const bytes = new Uint8Array(await file.arrayBuffer());
        return store(bytes, { kind, mime: file.type, size: bytes.length, taken_at });
      }
      const [made, place] = await Promise.all([prepared(file), placeNow()]);
      if (made === "unreadable" || made === "too_large") throw new FileFault("unreadable");
      const bytes = new Uint8Array(made.bytes);
      const { mime, camera } = made;
      const where = place ?? placeOf(made);
      return store(bytes, { kind, mime, size: bytes.length, taken_at, camera, ...where });
    },
    async show(ref) {
      const bytes = await client.photos.get(ref.sha256);
      if (!bytes) return null;
      const type = known.get(ref.id)?.mime ?? "image/jpeg";
      return URL.createObjectURL(new Blob([bytes], { type }));
    },
  };
}

/** The phone did not say where it is; the camera may have. */
const placeOf = ({ lat, lon }: { lat: number | null; lon: number | null }): Place | null =>
  lat === null || lon === null ? null : { lat, lon, accuracy_m: null };
