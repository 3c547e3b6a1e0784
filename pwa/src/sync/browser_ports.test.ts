import { afterEach, expect, it, vi } from "vitest";
import { browserPorts } from "./browser_ports";

afterEach(() => void vi.unstubAllGlobals());

it("asks in the language that is shown right now, not in the one of the start", async () => {
  const asked: (string | null)[] = [];
  vi.stubGlobal("fetch", (_path: string, init: RequestInit) => {
    asked.push(new Headers(init.headers).get("Accept-Language"));
    return Promise.resolve(new Response("{}"));
  });
  vi.stubGlobal("BroadcastChannel", undefined);
  vi.stubGlobal("navigator", { userAgent: "Test" });
  let shown = "en";
  const ports = browserPorts("ben", { app: "1", schema: 1, label: "Test", locale: () => shown });
  const ask = () => ports.transport({ method: "POST", path: "/x", headers: {}, body: "{}" });
  await ask();
  shown = "zh-CN";
  await ask();
  expect(asked).toEqual(["en", "zh-CN"]);
  expect({ ...ports.about }.locale).toBe("zh-CN");
});
