// A push body and its answer (PROTOCOL 5.1, 5.5). The lines are sent as they were stored, byte for byte.

import type { Answer, Line } from "../store/outbox";

export interface PushHead {
  outbox_head: number;
  wall_at: string;
  tz: string;
}

export function pushBody(head: PushHead, lines: readonly Line[]): string {
  const first = JSON.stringify({ ...head, lines: lines.map(({ mid, sha }) => [mid, sha]) });
  return [first, ...lines.map(({ line }) => line)].map((line) => `${line}\n`).join("");
}

export interface PushReply {
  through: number;
  answers: Answer[];
}

/** Null when it is not an answer to a push; then nothing has been confirmed and everything is sent again. */
export function parsePushReply(text: string): PushReply | null {
  try {
    const body = JSON.parse(text) as { received_through?: unknown; results?: unknown };
    if (typeof body.received_through !== "number" || !Array.isArray(body.results)) return null;
    const answers = (body.results as Partial<Answer>[]).flatMap((one) =>
      typeof one.mid === "number" && one.state ? [answer(one)] : [],
    );
    return { through: body.received_through, answers };
  } catch {
    return null;
  }
}

function answer(one: Partial<Answer>): Answer {
  const { mid = 0, state = "received", code = "", applied_seq = null, sentence = null } = one;
  return { mid, state, code, applied_seq, sentence };
}
