import { expect, it } from "vitest";
import { mappingOf, mappingText } from "@/features/settings/mapping";

it("keeps an expression that compares", () => {
  const mapping = { title: "issue.title", open: "items[?state == 'open']" };
  expect(mappingOf(mappingText(mapping))).toEqual({ mapping });
});

it("tells of a line that is none", () => {
  expect(mappingOf("title").problem).toContain("input = expression");
});
