import { describe, expect, it } from "vitest";
import { opened, toldOf, windowFor } from "./told";

const ORIGIN = "https://service.example.com";
const said = {
  title: "New job WO-1",
  body: "Open it.",
  tag: "n1",
  url: `${ORIGIN}/app/jobs/v1`,
  lang: "en",
};

describe("what a push says", () => {
  it("is the server's text", () => expect(toldOf(JSON.stringify(said), "en")).toEqual(said));

  it.each([null, "", "{", "[]", "null", '{"title":5}', '{"body":"no title"}'])(
    "is never nothing: %s",
    (text) => {
      expect(toldOf(text, "zh-CN").title).toBe("到场");
      expect(toldOf(text, "fr").body).toContain("Tap");
    },
  );

  it("leaves out what is of another kind", () =>
    expect(toldOf('{"title":"x","body":5,"url":7}', "en")).toMatchObject({ body: "", url: null }));
});

describe("what a tap opens", () => {
  it.each([
    [`${ORIGIN}/app/jobs/v1`, `${ORIGIN}/app/jobs/v1`],
    ["http://10.0.0.5:8000/app/jobs/v1?a=b", `${ORIGIN}/app/jobs/v1?a=b`],
    ["https://evil.example/elsewhere", `${ORIGIN}/app/`],
    ["//evil.example/app/x", `${ORIGIN}/app/x`],
    ["javascript:alert(1)", `${ORIGIN}/app/`],
    ["http://[", `${ORIGIN}/app/`],
    [null, `${ORIGIN}/app/`],
  ])("%s", (url, target) => expect(opened(url, ORIGIN, "/app/", "/app/")).toBe(target));
});

describe("where it opens", () => {
  const job = { url: `${ORIGIN}/app/jobs/v1` };
  const today = { url: `${ORIGIN}/app/` };
  const board = { url: `${ORIGIN}/app/board` };
  const PHONE = /^\/app\/(?!board)/;

  it("is the window that shows it already", () =>
    expect(windowFor([today, job], job.url, PHONE)).toBe(job));
  it("is a window of the phone's app, never the board", () => {
    expect(windowFor([board, today], job.url, PHONE)).toBe(today);
    expect(windowFor([board], job.url, PHONE)).toBeUndefined();
  });
  it("is a new window where each order has a page of its own", () =>
    expect(windowFor([{ url: `${ORIGIN}/p/one` }], `${ORIGIN}/p/two`, null)).toBeUndefined());
});
