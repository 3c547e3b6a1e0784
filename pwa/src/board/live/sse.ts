/* Reads server-sent events from a response body. Our own reader instead of EventSource: it shows the heartbeat
   comments (is the way still open?) and the status of a refusal (signed out, no such channel, too many streams). */

export interface Heard {
  event: string;
  data: string;
}

/** Splits what has arrived into whole events; the rest waits for more. A comment is an event without data. */
export function take(buffer: string): { heard: Heard[]; rest: string } {
  const blocks = buffer.replaceAll("\r\n", "\n").split("\n\n");
  const rest = blocks.pop() ?? "";
  return { heard: blocks.map(parse), rest };
}

function parse(block: string): Heard {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const [, field, value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === "event") event = value;
    else if (field === "data") data.push(value);
  }
  return data.length ? { event, data: data.join("\n") } : { event: "alive", data: "" };
}

export async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<Heard> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const { heard, rest } = take(waiting + decoder.decode(value, { stream: true }));
    waiting = rest;
    yield* heard;
  }
}
