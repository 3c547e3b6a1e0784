/* One fetch wrapper for the screens' API: JSON in and out, problems as ProblemError, silence as Unreachable.
   Writes carry an idempotency key, so a repeated request is applied once; sync has its own wire (src/sync). */
import { problemFrom, ProblemError, Unreachable } from "./problem";

export { ProblemError, Unreachable } from "./problem";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface RequestOptions {
  body?: unknown;
  /** Give the same key to repeat the same write; without one every call is a new write. */
  key?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
}

export interface ApiSetup {
  /** Language of sentences in answers. */
  language: () => string;
  /** Called for each 401, before the error is thrown. */
  onSignedOut?: () => void;
}

let setup: ApiSetup = { language: () => document.documentElement.lang || "en" };

export const configureApi = (next: ApiSetup): void => void (setup = next);

function headersFor(method: Method, options: RequestOptions): Headers {
  const headers = new Headers({
    Accept: "application/json, application/problem+json",
    "Accept-Language": setup.language(),
    "Sync-App": `callout-pwa/${__APP_VERSION__}`,
  });
  if (options.body !== undefined) headers.set("Content-Type", "application/json");
  if (method !== "GET") headers.set("Idempotency-Key", options.key ?? crypto.randomUUID());
  return headers;
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  if (!/json/.test(response.headers.get("Content-Type") ?? "")) return undefined;
  return response.json().catch(() => undefined);
}

/** The server prefers the language of the account; a screen that was switched wants its sentences in its own. */
function inLanguage(path: string): string {
  const url = new URL(path, "http://server");
  url.searchParams.set("locale", setup.language());
  return url.pathname + url.search;
}

async function ask(method: Method, path: string, options: RequestOptions): Promise<Response> {
  const limit = AbortSignal.timeout(options.timeoutMs ?? 20_000);
  try {
    return await fetch(inLanguage(path), {
      method,
      headers: headersFor(method, options),
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause; // the caller's own wish is not a failure of the network
    throw new Unreachable(`${method} ${path} got no answer`, { cause });
  }
}

/** The answer's JSON. Throws ProblemError or Unreachable, nothing else (an aborted call throws its AbortError). */
export async function request<T>(
  method: Method,
  path: string,
  options: RequestOptions = {},
): Promise<T> {
  const response = await ask(method, path, options);
  const body = await bodyOf(response);
  // A page of a hotel's network or of a sign-on server says 200 too: what is not our JSON is no answer of our server.
  if (response.ok && response.status !== 204 && body === undefined)
    throw new Unreachable(`${method} ${path} was answered by somebody else`);
  if (response.ok) return body as T;
  if (response.status === 401) setup.onSignedOut?.();
  throw new ProblemError(problemFrom(response.status, body));
}

export const api = {
  get: <T>(path: string, options?: RequestOptions) => request<T>("GET", path, options),
  post: <T>(path: string, body?: unknown, options?: RequestOptions) =>
    request<T>("POST", path, { ...options, body }),
  patch: <T>(path: string, body: unknown, options?: RequestOptions) =>
    request<T>("PATCH", path, { ...options, body }),
  put: <T>(path: string, body: unknown, options?: RequestOptions) =>
    request<T>("PUT", path, { ...options, body }),
  delete: <T>(path: string, options?: RequestOptions) => request<T>("DELETE", path, options),
};
