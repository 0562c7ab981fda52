import { expect, test } from "vitest";
import { diffLines } from "@/lib/diff";

test("a changed line is taken out and put in, where it stands", () => {
  const lines = diffLines("a\nb\nc", "a\nx\nc");
  expect(lines).toEqual([
    { kind: "same", text: "a" },
    { kind: "removed", text: "b" },
    { kind: "added", text: "x" },
    { kind: "same", text: "c" },
  ]);
});

test("lines that were put in between leave the others as they are", () => {
  const kinds = diffLines("a\nb\nc\nd", "a\nnew\nb\nc\nnewer\nd").map(({ kind }) => kind);
  expect(kinds).toEqual(["same", "added", "same", "same", "added", "same"]);
});

test("equal texts have no difference", () => {
  expect(diffLines("a\nb", "a\nb").every(({ kind }) => kind === "same")).toBe(true);
});

test("two long texts are told apart without filling the memory", () => {
  const long = (word: string) => Array.from({ length: 5000 }, (_, i) => `${word}${i}`).join("\n");
  const lines = diffLines(long("a"), long("b"));
  expect(lines).toHaveLength(10_000);
});
