/* The code reader that we bring along, where the platform has none: it runs in a worker, so that the camera's picture never
   stops, and only that worker may compile wasm (its own policy; docs/decisions). Owns the way there and back. */
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { Answer, Asked } from "./scan.worker";
import type { Reader } from "./scan";

/** Small enough for a phone to look at several times a second, large enough for the bars of a long code. */
const LONGEST = 1280;

export async function wasmReader(): Promise<Reader> {
  const worker = new Worker(new URL("./scan.worker.ts", import.meta.url), { type: "module" });
  const ask = asking(worker);
  try {
    await ask({ wasm }, []);
  } catch (error) {
    worker.terminate();
    throw error;
  }
  const canvas = document.createElement("canvas");
  return {
    async detect(video) {
      const image = pictureOf(video, canvas);
      if (!image) return [];
      const { found } = await ask({ image }, [image.data.buffer as ArrayBuffer]);
      return found.map((rawValue) => ({ rawValue }));
    },
    close: () => worker.terminate(),
  };
}

type Ask = (asked: Asked, transfer: Transferable[]) => Promise<{ found: string[] }>;

/** One question at a time: the next picture is taken when the answer to the last is there. */
function asking(worker: Worker): Ask {
  return (asked, transfer) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Answer>) =>
        data.found ? resolve({ found: data.found }) : reject(new Error(data.fault));
      worker.onerror = () => reject(new Error("The reader's worker could not be loaded."));
      worker.postMessage(asked, transfer);
    });
}

/** What the camera shows just now; null while it shows nothing yet. */
function pictureOf(video: HTMLVideoElement, canvas: HTMLCanvasElement): ImageData | null {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || height === 0) return null;
  const share = Math.min(1, LONGEST / Math.max(width, height));
  [canvas.width, canvas.height] = [Math.round(width * share), Math.round(height * share)];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return null;
  pen.drawImage(video, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
