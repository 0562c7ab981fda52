import { expect, test } from "vitest";
import type { RunEvent } from "@/api/events";
import {
  attemptsOf,
  rowsOf,
  saidIn,
  type Span,
  spanTree,
  usageOf,
} from "@/features/runs/model/spans";

const START = Date.parse("2026-06-15T12:00:00Z");
let seq = 0;

function event(
  type: string,
  span: string,
  parent: string | null,
  ms: number,
  data: Record<string, unknown> = {},
): RunEvent {
  seq += 1;
  return {
    seq,
    type,
    at: new Date(START + ms).toISOString(),
    task: parent === null ? null : "moves",
    agent: null,
    span_id: span,
    parent_span_id: parent,
    data,
  };
}

const RUN = [
  event("execution_queued", "run", null, 0),
  event("execution_started", "run", null, 10),
  event("task_started", "task", "run", 20, { name: "Moves" }),
  event("memory_recalled", "memory", "task", 60, { records: [{}, {}], latency_ms: 30 }),
  event("llm_call_started", "llm", "task", 70, { model: "demo/demo" }),
  event("llm_chunk", "llm", "task", 80, { text: "Hello " }),
  event("llm_chunk", "llm", "task", 90, { text: "there" }),
  event("llm_call_completed", "llm", "task", 100, {
    model: "demo/demo",
    prompt_tokens: 10,
    completion_tokens: 2,
    cost_usd: 0.5,
  }),
  event("tool_started", "tool", "task", 110, { tool: "calculator" }),
  event("tool_failed", "tool", "task", 120, { tool: "calculator" }),
];
const ENDED = [
  ...RUN,
  event("task_completed", "task", "run", 130),
  event("execution_completed", "run", null, 140),
];

function shown(roots: Span[]) {
  return rowsOf(roots, new Set()).map(({ span, depth }) => [
    depth,
    span.kind,
    span.name,
    span.state,
  ]);
}

test("events become a tree: what happened within what, and how it ended", () => {
  expect(shown(spanTree(ENDED))).toEqual([
    [0, "run", "Run", "ok"],
    [1, "task", "Moves", "ok"],
    [2, "memory", "Recalled 2", "ok"],
    [2, "llm", "demo/demo", "ok"],
    [2, "tool", "calculator", "failed"],
  ]);
});

test("what is told when it is over began as long before as it took", () => {
  const memory = spanTree(ENDED)[0]?.children[0]?.children[0];
  expect([memory?.startMs, memory?.endMs]).toEqual([START + 30, START + 60]);
});

test("a model that still speaks is running, and its words are there", () => {
  const llm = spanTree(RUN.slice(0, 6))[0]?.children[0]?.children[1];
  expect(llm?.state).toBe("running");
  expect(llm && saidIn(llm)).toBe("Hello ");
});

test("what was under way when a run was cancelled ended with it", () => {
  const roots = spanTree([...RUN.slice(0, 5), event("execution_cancelled", "run", null, 500)]);
  expect(shown(roots).map(([, kind, , state]) => [kind, state])).toEqual([
    ["run", "cancelled"],
    ["task", "cancelled"],
    ["memory", "ok"],
    ["llm", "cancelled"],
  ]);
});

test("tokens and cost add up from below", () => {
  const root = spanTree(ENDED)[0];
  expect(root && usageOf(root)).toEqual({ tokens: 12, usd: 0.5 });
});

test("a closed span hides what is below it", () => {
  expect(rowsOf(spanTree(ENDED), new Set(["task"])).map(({ span }) => span.id)).toEqual([
    "run",
    "task",
  ]);
});

test("a span whose parent is in an earlier attempt stands by itself", () => {
  expect(shown(spanTree([event("log", "x", "gone", 1)]))).toEqual([[0, "note", "Log", "ok"]]);
});

test("each retry is an attempt of its own", () => {
  const again = event("execution_queued", "run", null, 1000);
  expect(attemptsOf([...ENDED, again]).map((one) => one.length)).toEqual([ENDED.length, 1]);
  expect(attemptsOf([])).toEqual([]);
});
