import { expect, it } from "vitest";
import { mayDo, personOf } from "./person";

const user = {
  id: "u",
  name: "Ben",
  locale: "en",
  landing: "engineer",
  grants: ["screen.engineer", "visit.*"],
  organisation: { name: "Henleng", zone: "Asia/Shanghai" },
  channels: [],
};

it("what is offered is what the server last said this person may do", () => {
  const ben = personOf(user);
  expect(mayDo(ben, "visit.accept")).toBe(true);
  expect(mayDo(ben, "work_order.take_on")).toBe(false);
  expect(mayDo(personOf({ ...user, grants: ["*"] }), "work_order.take_on")).toBe(true);
});

it("of whom nothing is known, nothing is kept from him: the server decides", () => {
  const { grants: _, ...before } = personOf(user);
  expect(mayDo(before, "work_order.take_on")).toBe(true);
  expect(mayDo(null, "work_order.take_on")).toBe(true);
});
