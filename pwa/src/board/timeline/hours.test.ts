import { describe, expect, it } from "vitest";
import { readHours, readWeek, writtenWeek } from "./hours";

describe("the working week", () => {
  it("is read as people write it", () => {
    const two = [
      { weekday: 2, from: "08:00", until: "12:00" },
      { weekday: 2, from: "13:00", until: "17:30" },
    ];
    for (const typed of [
      "8-12, 13-17:30",
      "13:00–17:30,08:00–12:00",
      "８：００－１２：００、１３：００～１７：３０",
      "8至12；13到17:30",
    ])
      expect(readHours(typed, 2)).toEqual(two);
    expect(readHours("  ", 0)).toEqual([]);
    expect(readHours("0-24", 6)).toEqual([{ weekday: 6, from: "00:00", until: "24:00" }]);
  });
  it("is not guessed", () => {
    for (const typed of [
      "8",
      "8-",
      "12-8",
      "8-12,11-13",
      "8-25",
      "8:60-9",
      "24:30-25",
      "morning",
      "8-8",
    ])
      expect(readHours(typed, 0)).toBeNull();
  });
  it("goes back and forth, and names the days that cannot be read", () => {
    const week = ["8-12", "", "9-17", "", "", "10-14", ""];
    const read = readWeek(week);
    expect("shifts" in read && writtenWeek(read.shifts)).toEqual([
      "08:00–12:00",
      "",
      "09:00–17:00",
      "",
      "",
      "10:00–14:00",
      "",
    ]);
    expect(readWeek(["8-12", "x", "", "", "", "", "9"])).toEqual({ wrong: [1, 6] });
  });
});
