import { expect, it } from "vitest";
import { pageFor } from "./layout.ts";

it.each([
  ["/app/", "/engineer.html"],
  ["/app/jobs/1", "/engineer.html"],
  ["/app/board", "/board.html"],
  ["/app/board/orders", "/board.html"],
  ["/app/boarding", "/engineer.html"],
  ["/p/abc", "/portal.html"],
  ["/assets/x.js", undefined],
  ["/api/v1/session", undefined],
])("%s is answered by %s", (path, page) => {
  expect(pageFor(path)).toBe(page);
});
