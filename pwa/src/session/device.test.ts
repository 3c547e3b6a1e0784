import { describe as group, expect, it } from "vitest";
import { describe, uuid7 } from "./device";

it("ids are version 7 and sort by time", () => {
  const early = uuid7(1_000_000_000_000);
  const late = uuid7(1_700_000_000_000);
  expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(early < late).toBe(true);
  expect(parseInt(late.replaceAll("-", "").slice(0, 12), 16)).toBe(1_700_000_000_000);
});

group("the kind of device", () => {
  it.each([
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1", 5, "phone", "iPhone · Safari"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605", 5, "phone", "iPad · Safari"],
    [
      "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/130 Mobile Safari/537",
      5,
      "phone",
      "Android · Chrome",
    ],
    ["Mozilla/5.0 (Windows NT 10.0) Chrome/130 Edg/130", 0, "desk", "Windows · Edge"],
  ])("%s", (agent, touch, kind, label) => {
    expect(describe(agent, touch)).toMatchObject({ kind, label });
  });
});
