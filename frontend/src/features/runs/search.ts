import type { Schema } from "@/api/types";
import type { SpanKind } from "@/features/runs/model/spans";

type Status = Schema<"ExecutionStatus">;
type Kind = "crew" | "flow";
type Trigger = "api" | "schedule" | "webhook" | "batch" | "flow";

export const STATUSES: Status[] = [
  "PENDING",
  "PREPARING",
  "RUNNING",
  "WAITING_FOR_APPROVAL",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
];
export const KINDS: Kind[] = ["crew", "flow"];
export const TRIGGERS: Trigger[] = ["api", "schedule", "webhook", "batch", "flow"];
/** Hours back. */
export const SPANS = { "1h": 1, "24h": 24, "7d": 168, "30d": 720 };
export type Since = keyof typeof SPANS;

const ID = /^[0-9a-f-]{36}$/i;

/** What the list is filtered by, as the URL has it. */
export interface RunsSearch {
  status?: Status;
  crew?: string;
  parent?: string;
  since?: Since;
  kind?: Kind;
  trigger?: Trigger;
}

export function readRunsSearch(search: Record<string, unknown>): RunsSearch {
  const found: RunsSearch = {};
  const status = STATUSES.find((one) => one === search.status);
  if (status !== undefined) found.status = status;
  const kind = KINDS.find((one) => one === search.kind);
  if (kind !== undefined) found.kind = kind;
  const trigger = TRIGGERS.find((one) => one === search.trigger);
  if (trigger !== undefined) found.trigger = trigger;
  const since = (Object.keys(SPANS) as Since[]).find((one) => one === search.since);
  if (since !== undefined) found.since = since;
  if (isId(search.crew)) found.crew = search.crew;
  if (isId(search.parent)) found.parent = search.parent;
  return found;
}

function isId(value: unknown): value is string {
  return typeof value === "string" && ID.test(value);
}

export const TABS = ["answer", "trace", "events", "memory", "inputs"] as const;
export type Tab = (typeof TABS)[number];

const EVENT_KINDS: SpanKind[] = [
  "run",
  "task",
  "llm",
  "tool",
  "memory",
  "knowledge",
  "guardrail",
  "approval",
  "note",
];

/** What of a run is looked at, as the URL has it. */
export interface RunSearch {
  tab?: Tab;
  task?: string;
  span?: string;
  /** Of the trace: none is the newest. */
  attempt?: number;
  /** Of the events. */
  kind?: SpanKind;
  q?: string;
  event?: number;
}

export function readRunSearch(search: Record<string, unknown>): RunSearch {
  const found: RunSearch = {};
  const tab = TABS.find((one) => one === search.tab);
  if (tab !== undefined) found.tab = tab;
  if (typeof search.task === "string") found.task = search.task;
  if (typeof search.span === "string") found.span = search.span;
  if (isCount(search.attempt)) found.attempt = search.attempt;
  const kind = EVENT_KINDS.find((one) => one === search.kind);
  if (kind !== undefined) found.kind = kind;
  if (typeof search.q === "string" && search.q !== "") found.q = search.q;
  if (isCount(search.event)) found.event = search.event;
  return found;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}

/** Two runs to look at side by side. */
export interface CompareSearch {
  a?: string;
  b?: string;
  task?: string;
}

export function readCompareSearch(search: Record<string, unknown>): CompareSearch {
  const found: CompareSearch = {};
  if (isId(search.a)) found.a = search.a;
  if (isId(search.b)) found.b = search.b;
  if (typeof search.task === "string") found.task = search.task;
  return found;
}
