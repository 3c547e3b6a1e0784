import { expect, it } from "vitest";
import { problemFrom, ProblemError } from "./problem";

it("a field is found by its own name, however deep in the body it stood", () => {
  const body = {
    code: "input_invalid",
    fields: { json: { args: { summary: ["Longer than maximum length 200."] }, base: ["x", "y"] } },
  };
  expect(problemFrom(422, body).fields).toEqual({
    summary: "Longer than maximum length 200.",
    base: "x y",
  });
});

it("keeps what the server said besides, such as whom to call", () => {
  const error = new ProblemError(
    problemFrom(404, { code: "link_over", organisation: { name: "Henleng", phone: "0512" } }),
  );
  expect(error.extra.organisation).toEqual({ name: "Henleng", phone: "0512" });
  expect(new ProblemError(problemFrom(502, "<h1>")).extra).toEqual({});
});
