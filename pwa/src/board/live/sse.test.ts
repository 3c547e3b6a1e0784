import { expect, it } from "vitest";
import { read, take } from "./sse";

it("whole events are taken, a half one waits", () => {
  const { heard, rest } = take('event: hello\nid: 7\ndata: {"at":7}\n\n: alive\n\nevent: page\nda');
  expect(heard).toEqual([
    { event: "hello", data: '{"at":7}' },
    { event: "alive", data: "" },
  ]);
  expect(rest).toBe("event: page\nda");
});

it("a stream cut anywhere, even inside a Chinese character, gives the same events", async () => {
  const bytes = new TextEncoder().encode("event: page\ndata: 晶澜光电\n\n: alive\n\n");
  const cut = new ReadableStream<Uint8Array>({
    start(control) {
      for (let at = 0; at < bytes.length; at += 5) control.enqueue(bytes.slice(at, at + 5));
      control.close();
    },
  });
  const events: string[] = [];
  for await (const one of read(cut)) events.push(`${one.event} ${one.data}`.trim());
  expect(events).toEqual(["page 晶澜光电", "alive"]);
});
