import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { keepOwner, readOwner } from "./owner";

describe("whose phone this is", () => {
  it("is kept on the disk, replaced and forgotten", async () => {
    const options = { name: "owner-test" };
    expect(await readOwner(options)).toBeNull();
    await keepOwner({ id: "ben", name: "Ben" }, options);
    await keepOwner({ id: "lina", name: "Lina" }, options);
    expect(await readOwner(options)).toEqual({ id: "lina", name: "Lina" });
    await keepOwner(null, options);
    expect(await readOwner(options)).toBeNull();
  });
});
