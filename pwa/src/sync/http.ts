// One request of the protocol: its headers (PROTOCOL 2.1, 2.9), and what an answer that is not a success means. It does not retry.

import { decode } from "../store/seal";
import type { Failure } from "./state";

export interface HttpRequest {
  method: "GET" | "POST" | "HEAD" | "PATCH";
  path: string;
  headers: Record<string, string>;
  body: string | null;
  /** Instead of `body`: a part of a file. */
  bytes?: Uint8Array<ArrayBuffer>;
}
/** Header names in lower case. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}
/** Rejects when there was no answer. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

export interface Identity {
  app: string;
  device: string;
  epoch: string | null;
}

export function protocolHeaders(
  { app, device, epoch }: Identity,
  type: string,
): Record<string, string> {
  const headers: Record<string, string> = {
    "Sync-Protocol": "1",
    "Sync-App": app,
    "Sync-Device": device,
    "Content-Type": type,
  };
  if (epoch !== null) headers["Sync-Server-Epoch"] = epoch;
  return headers;
}

export const textOf = (response: HttpResponse): string => decode(response.body);

const CODES: Record<number, string> = {
  401: "login_needed",
  413: "body_too_large",
  426: "protocol_unsupported",
};

export function failureOf(response: HttpResponse, now: number): Failure {
  const problem = parseProblem(response);
  const isProblem = typeof problem.code === "string";
  const failure: Failure = {
    status: response.status,
    code: isProblem ? String(problem.code) : codeWithoutProblem(response.status),
  };
  const wait = retryAfterMs(response.headers["retry-after"], now);
  if (wait !== null) failure.retryAfterMs = wait;
  if (typeof problem.expected === "number") failure.expected = problem.expected;
  if (typeof problem.mid === "number") failure.mid = problem.mid;
  if (typeof problem.channel === "string") failure.channel = problem.channel;
  return failure;
}

/** A proxy on the way answers without our codes: only the harmless meanings may be guessed, never one that repairs or wipes. */
function codeWithoutProblem(status: number): string {
  return CODES[status] ?? "unknown";
}

function parseProblem(response: HttpResponse): Record<string, unknown> {
  try {
    const value = JSON.parse(textOf(response)) as unknown;
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

export const unreachable: Failure = { status: 0, code: "unreachable" };
