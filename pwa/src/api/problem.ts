/* What can go wrong with a request, as two classes: the server said no (ProblemError), or nobody answered
   (Unreachable). Screens and sync treat them differently, so the difference is a type. */

/** RFC 9457 problem+json as this product's server writes it. */
export interface Problem {
  code: string;
  title: string;
  detail: string;
  /** True when the same request may succeed later. */
  retry: boolean;
  status: number;
  /** Field name → sentence, for forms. */
  fields: Record<string, string>;
  /** What else the server said with it, such as whom to call. */
  extra?: Record<string, unknown>;
}

export class ProblemError extends Error implements Problem {
  override name = "ProblemError";
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly retry: boolean;
  readonly status: number;
  readonly fields: Record<string, string>;
  readonly extra: Record<string, unknown>;

  constructor(problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.title}`);
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.retry = problem.retry;
    this.status = problem.status;
    this.fields = problem.fields;
    this.extra = problem.extra ?? {};
  }
}

/** No answer at all: offline, DNS, a dropped connection, a timeout. The write may or may not have arrived. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** Field → sentence. What was wrong inside a part of the body (`json.args.summary`) goes by its own name. */
function fieldSentences(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.assign(
    {},
    ...Object.entries(value).map(([name, said]) =>
      typeof said === "object" && said !== null && !Array.isArray(said)
        ? fieldSentences(said)
        : { [name]: Array.isArray(said) ? said.join(" ") : text(said) },
    ),
  ) as Record<string, string>;
}

/** A problem from any answer that is not a success, also when a proxy answered with something else than JSON. */
export function problemFrom(status: number, body: unknown): Problem {
  const said = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  return {
    code: text(said.code) || `http_${status}`,
    title: text(said.title),
    detail: text(said.detail),
    retry: typeof said.retry === "boolean" ? said.retry : status >= 500 || status === 429,
    status,
    fields: fieldSentences(said.fields),
    extra: said,
  };
}
