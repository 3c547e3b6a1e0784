import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api, configureApi, ProblemError, Unreachable } from "./client";

const fetched = vi.fn<typeof fetch>();
const signedOut = vi.fn();

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
  vi.stubGlobal("__APP_VERSION__", "9.9.9");
  configureApi({ language: () => "zh-CN", onSignedOut: signedOut });
});
afterEach(() => vi.resetAllMocks());

const json = (body: unknown, status = 200, type = "application/json") =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": type } });
const sent = () => new Headers(fetched.mock.calls[0]?.[1]?.headers);

describe("requests", () => {
  it("name the language and the app, and never come from a cache", async () => {
    fetched.mockResolvedValue(json({ a: 1 }));
    await expect(api.get("/api/v1/x")).resolves.toEqual({ a: 1 });
    expect(sent().get("Accept-Language")).toBe("zh-CN");
    expect(sent().get("Sync-App")).toBe("callout-pwa/9.9.9");
    expect(sent().has("Idempotency-Key")).toBe(false);
    expect(fetched.mock.calls[0]?.[1]?.cache).toBe("no-store");
  });

  it("carry a key on writes: the caller's, or a new one", async () => {
    fetched.mockImplementation(async () => json({}));
    await api.post("/api/v1/x", {}, { key: "k1" });
    expect(sent().get("Idempotency-Key")).toBe("k1");
    fetched.mockClear();
    await api.delete("/api/v1/x");
    expect(sent().get("Idempotency-Key")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("failures", () => {
  it("the server's problem keeps its code, sentence and fields", async () => {
    const body = {
      code: "bad_login",
      title: "No",
      detail: "Wrong password.",
      retry: false,
      fields: { password: ["Wrong."] },
    };
    fetched.mockResolvedValue(json(body, 422, "application/problem+json"));
    const error = await api.post("/api/v1/session", {}).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      code: "bad_login",
      status: 422,
      detail: "Wrong password.",
      fields: { password: "Wrong." },
    });
  });

  it("a proxy's HTML page becomes a problem that may be tried again", async () => {
    fetched.mockResolvedValue(
      new Response("<h1>502</h1>", { status: 502, headers: { "Content-Type": "text/html" } }),
    );
    await expect(api.get("/x")).rejects.toMatchObject({
      code: "http_502",
      retry: true,
      detail: "",
    });
  });

  it("somebody else's 200 is no answer of ours: a hotel's page must not look like a success", async () => {
    const page = () =>
      Promise.resolve(
        new Response("<html>", { status: 200, headers: { "Content-Type": "text/html" } }),
      );
    fetched.mockImplementation(page);
    await expect(api.delete("/api/v1/session")).rejects.toBeInstanceOf(Unreachable);
    fetched.mockResolvedValue(new Response(null, { status: 204 }));
    await expect(api.delete("/api/v1/session")).resolves.toBeUndefined();
  });

  it("silence is not an answer", async () => {
    fetched.mockRejectedValue(new TypeError("Failed to fetch"));
    await expect(api.get("/x")).rejects.toBeInstanceOf(Unreachable);
  });

  it("a 401 tells the session once", async () => {
    fetched.mockResolvedValue(json({ code: "signed_out" }, 401));
    await expect(api.get("/x")).rejects.toBeInstanceOf(ProblemError);
    expect(signedOut).toHaveBeenCalledOnce();
  });

  it("the caller's own abort is not a network failure", async () => {
    const stop = new AbortController();
    stop.abort();
    fetched.mockRejectedValue(stop.signal.reason);
    const error = await api.get("/x", { signal: stop.signal }).catch((e: unknown) => e);
    expect(error).not.toBeInstanceOf(Unreachable);
  });
});
