import { describe, expect, it } from "vitest";
import { type Approval, subjectOf } from "@/components/approval/words";
import { nextAfter, previewOf } from "@/features/approvals/inbox";
import { readApprovalsSearch } from "@/features/approvals/search";

function asked(kind: Approval["kind"], shown: Record<string, unknown>): Approval {
  return { kind, shown, task: "report" } as Approval;
}

describe("a question in the list", () => {
  it("is named by the task that people named", () => {
    expect(subjectOf(asked("task_after", { name: "Write report" }))).toBe("Write report");
  });

  it("is named by the tool for a call", () => {
    expect(subjectOf(asked("tool", { tool: "http_post" }))).toBe("http_post, in report");
  });

  it("shows the first words of the answer without its marks", () => {
    expect(previewOf(asked("task_after", { output: "# Report\n\n* one\n* two" }))).toBe(
      "Report one two",
    );
  });

  it("shows the arguments of a call", () => {
    expect(previewOf(asked("tool", { tool: "http_post", arguments: { url: "u" } }))).toBe(
      '{"url":"u"}',
    );
  });
});

describe("what is opened after a decision", () => {
  it("is the next below", () => expect(nextAfter(["a", "b", "c"], "b")).toBe("c"));
  it("is the one above for the last", () => expect(nextAfter(["a", "b"], "b")).toBe("a"));
  it("is nothing for the only one", () => expect(nextAfter(["a"], "a")).toBeUndefined());
});

describe("the address of the inbox", () => {
  it("says nothing of what waits", () => {
    expect(readApprovalsSearch({ status: "pending" })).toEqual({});
  });

  it("keeps a status that there is, and drops others", () => {
    expect(readApprovalsSearch({ status: "any", id: "1" })).toEqual({ status: "any", id: "1" });
    expect(readApprovalsSearch({ status: "nonsense" })).toEqual({});
  });
});
