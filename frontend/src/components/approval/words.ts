import type { Schema } from "@/api/types";

export type Approval = Schema<"ApprovalRead">;
export type Decision = Schema<"Decision">;

interface Words {
  question: string;
  /** Above what is decided about. */
  about: string;
  approve: string;
  reject: string;
  /** None where the server takes no revision. */
  revise?: string;
}

export const WORDS: Record<Approval["kind"], Words> = {
  task_before: {
    question: "May this task begin?",
    about: "What the task would do",
    approve: "the task begins",
    revise: "the task begins with your comment before it",
    reject: "the run fails",
  },
  task_after: {
    question: "Is this answer good?",
    about: "The answer",
    approve: "the answer counts and goes to memory",
    revise: "the task runs again with your comment",
    reject: "the run fails",
  },
  tool: {
    question: "May this call be made?",
    about: "The call",
    approve: "exactly this call is made, once",
    reject: "the agent hears that you refused, and goes on",
  },
  gate: {
    question: "May the flow go on?",
    about: "What the flow shows",
    approve: "the flow goes on",
    reject: "the flow goes on as it is drawn for a rejection, or ends",
  },
};

export const DONE: Record<Decision, string> = {
  approve: "Approved. The run goes on.",
  reject: "Rejected.",
  revise: "Sent back with your comment.",
};

/** "After that it counts as rejected." */
export function onExpiry(approval: Approval): string {
  return approval.on_expiry === "approve" ? "then it counts as approved" : "then it is rejected";
}

/** A text of `shown`, where there is one. */
export function shownText(approval: Approval, name: string): string | undefined {
  const value = approval.shown[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What the question is about, in a few words for a list. */
export function subjectOf(approval: Approval): string {
  const tool = shownText(approval, "tool");
  const name = shownText(approval, "name") ?? approval.task ?? "the run";
  return tool === undefined ? name : `${tool}, in ${name}`;
}
