import { expect, it } from "vitest";
import { keyBytes, wire } from "./subscription";

it("takes the server's key apart", () => expect([...keyBytes("-_8A")]).toEqual([251, 255, 0]));

it("names what the server wants and nothing more", () => {
  const json = {
    endpoint: "https://push/1",
    expirationTime: null,
    keys: { p256dh: "p", auth: "a" },
  };
  expect(wire({ toJSON: () => json })).toEqual({
    endpoint: "https://push/1",
    p256dh: "p",
    auth: "a",
  });
  expect(wire({ toJSON: () => ({}) })).toEqual({ endpoint: "", p256dh: "", auth: "" });
});
