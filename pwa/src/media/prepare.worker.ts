// The worker's door: a picture in, the evidence or a refusal out.

import { prepare } from "./prepare";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<{ id: number; file: Blob }>) => void;
  postMessage: (message: unknown, transfer: Transferable[]) => void;
};
scope.onmessage = ({ data: { id, file } }) => {
  void prepare(file).then(
    (made) => scope.postMessage({ id, made }, typeof made === "string" ? [] : [made.bytes]),
    () => scope.postMessage({ id, made: "unreadable" }, []),
  );
};
