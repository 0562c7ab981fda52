import { expect, test } from "vitest";
import type { RunEvent } from "@/api/events";
import { tasksNow } from "@/features/runs/model/live";

function told(
  ...lines: [type: string, task?: string, data?: Record<string, unknown>][]
): RunEvent[] {
  return lines.map(([type, task, data], index) => ({
    seq: index + 1,
    type,
    at: new Date(1_000_000 + index * 1000).toISOString(),
    task: task ?? null,
    agent: null,
    span_id: "s",
    parent_span_id: null,
    data: data ?? {},
  }));
}

const ORDER = ["moves", "report"];
const RUN = told(
  ["execution_queued"],
  ["task_started", "moves"],
  ["memory_recalled", "moves", { records: [1, 2, 3] }],
  ["llm_call_started", "moves"],
  ["llm_chunk", "moves", { text: "old" }],
  ["llm_call_started", "moves"],
  ["llm_chunk", "moves", { text: "The " }],
  ["llm_chunk", "moves", { text: "moves" }],
);

test("a task that runs shows what its model says now, and what it recalled", () => {
  const moves = tasksNow(RUN, ORDER).get("moves");
  expect(moves).toMatchObject({ status: "RUNNING", text: "The moves", recalled: 3 });
});

test("a task that asks waits, and goes on once it is decided", () => {
  const asking = [...RUN, ...told(["approval_requested", "moves"])];
  expect(tasksNow(asking, ORDER).get("moves")?.status).toBe("WAITING_FOR_APPROVAL");
  const decided = [...asking, ...told(["approval_decided", "moves"])];
  expect(tasksNow(decided, ORDER).get("moves")?.status).toBe("RUNNING");
});

test("a task under way ends with its run", () => {
  const cancelled = [...RUN, ...told(["execution_cancelled"])];
  expect(tasksNow(cancelled, ORDER).get("moves")?.status).toBe("CANCELLED");
});

test("a retry from a task forgets it and what comes behind, and nothing before", () => {
  const done = told(
    ["task_started", "moves"],
    ["task_completed", "moves"],
    ["task_started", "report"],
    ["task_failed", "report"],
    ["execution_queued", undefined, { from_task: "report" }],
  );
  const tasks = tasksNow(done, ORDER);
  expect(tasks.get("moves")?.status).toBe("COMPLETED");
  expect(tasks.has("report")).toBe(false);
});
