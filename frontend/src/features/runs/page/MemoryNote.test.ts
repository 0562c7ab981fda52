import { expect, test } from "vitest";
import { memoryWords } from "@/features/runs/page/MemoryNote";

const told = { recalled: 3, saved: 1 };
const first = { recalled: 0, saved: 2 };

test("a run says what it was told and what it leaves to the next one", () => {
  expect(memoryWords([told, first], true)).toBe(
    "It remembered: 3 records went into its prompts. It left 3 records for the next run of this crew.",
  );
  expect(memoryWords([{ recalled: 1, saved: 0 }], true)).toBe(
    "It remembered: 1 record went into its prompts.",
  );
});

test("what is left is said when the run has ended, and nothing without memory", () => {
  expect(memoryWords([first], false)).toBeUndefined();
  expect(memoryWords([{ recalled: 0, saved: 0 }], true)).toBeUndefined();
});
