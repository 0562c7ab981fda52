import { expect, test } from "vitest";
import { refusalOf } from "@/features/knowledge/documents";
import { markedParts } from "@/features/knowledge/marks";

test("words of the question are marked as wholes, and signs in it are no pattern", () => {
  const marked = (text: string, query: string) =>
    markedParts(text, query)
      .map((part) => (part.marked ? `[${part.text}]` : part.text))
      .join("");
  expect(marked("The Vault opens; vaults do not.", "vault (.*")).toBe(
    "The [Vault] opens; vaults do not.",
  );
  expect(marked("Zürich öffnet", "öffnet in zürich?")).toBe("[Zürich] [öffnet]");
  expect(marked("as it is", "")).toBe("as it is");
});

test("a file that the server would refuse is not sent", () => {
  expect(refusalOf({ name: "a.PDF", size: 3 })).toBeUndefined();
  expect(refusalOf({ name: "README", size: 3 })).toBeUndefined();
  expect(refusalOf({ name: "a.exe", size: 3 })).toContain(".exe");
  expect(refusalOf({ name: "a.txt", size: 0 })).toBe("The file is empty");
});
