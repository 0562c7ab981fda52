import { expect, test } from "vitest";
import { looksOf, sheetOf } from "@/features/runs/sheet";

test("a list of flat objects is a table, whatever they leave out", () => {
  expect(sheetOf([{ a: 1 }, { a: 2, b: "x" }])).toEqual({
    columns: ["a", "b"],
    rows: [
      ["1", ""],
      ["2", "x"],
    ],
  });
});

test("so is an object that holds nothing but such a list", () => {
  expect(sheetOf({ rows: [{ a: true }] })?.rows).toEqual([["true"]]);
});

test.each([[{ a: 1 }], [[{ a: { b: 1 } }]], [[1, 2]], [[]], [null]])("%j is no table", (json) => {
  expect(sheetOf(json)).toBeUndefined();
});

test("text is shown formatted first", () => {
  expect(looksOf(undefined, undefined)[0]).toBe("markdown");
});

test("a column may be called what every object has", () => {
  const json: unknown = JSON.parse('[{"constructor": "a", "__proto__": "b"}, {"other": 1}]');
  expect(sheetOf(json)?.rows).toEqual([
    ["a", "b", ""],
    ["", "", "1"],
  ]);
});
