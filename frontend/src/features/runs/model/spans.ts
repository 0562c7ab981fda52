import type { RunEvent } from "@/api/events";

export type SpanKind =
  "run" | "task" | "llm" | "tool" | "memory" | "knowledge" | "guardrail" | "approval" | "note";

export type SpanState = "running" | "ok" | "failed" | "cancelled";

/** One thing that a run did, from its beginning to its end. */
export interface Span {
  id: string;
  kind: SpanKind;
  name: string;
  task: string | undefined;
  agent: string | undefined;
  state: SpanState;
  startMs: number;
  /** None while it lasts. */
  endMs: number | undefined;
  /** All that was told about it, oldest first. */
  events: RunEvent[];
  children: Span[];
}

const KINDS: [prefix: string, kind: SpanKind][] = [
  ["execution_", "run"],
  ["task_", "task"],
  ["llm_", "llm"],
  ["tool_", "tool"],
  ["memory_", "memory"],
  ["knowledge_", "knowledge"],
  ["guardrail_", "guardrail"],
  ["approval_", "approval"],
];

/** Both begin with something that ends later; all others are told once, when they are over. */
const BEGINS = new Set([
  "execution_queued",
  "execution_started",
  "execution_resumed",
  "task_started",
  "llm_call_started",
  "llm_chunk",
  "tool_started",
  "approval_requested",
]);

export function kindOf(type: string): SpanKind {
  return KINDS.find(([prefix]) => type.startsWith(prefix))?.[1] ?? "note";
}

/** The events of one attempt of a run: each retry begins with `execution_queued` anew. */
export function attemptsOf(events: RunEvent[]): RunEvent[][] {
  const attempts: RunEvent[][] = [];
  let from = 0;
  events.forEach((event, index) => {
    if (event.type !== "execution_queued" || index === from) return;
    attempts.push(events.slice(from, index));
    from = index;
  });
  if (events.length > 0) attempts.push(events.slice(from));
  return attempts;
}

/** The spans of one attempt as trees, each level in the order in which they began. */
export function spanTree(events: RunEvent[]): Span[] {
  const spans = new Map<string, Span>();
  const parents = new Map<string, string>();
  for (const event of events) {
    let span = spans.get(event.span_id);
    if (span === undefined) {
      span = begun(event);
      spans.set(event.span_id, span);
      if (event.parent_span_id != null) parents.set(event.span_id, event.parent_span_id);
    }
    take(span, event);
  }
  const roots: Span[] = [];
  for (const span of spans.values()) {
    const parent = spans.get(parents.get(span.id) ?? "");
    (parent?.children ?? roots).push(span);
  }
  const ended = roots.find(({ kind }) => kind === "run");
  for (const span of spans.values()) {
    span.children.sort((a, b) => a.startMs - b.startMs);
    // What was told only when it was over may have left out what it waited for.
    span.startMs = Math.min(span.startMs, span.children[0]?.startMs ?? span.startMs);
    if (ended?.endMs !== undefined && span.endMs === undefined) {
      // What was under way when the run ended, ended with it.
      span.endMs = ended.endMs;
      span.state = ended.state === "ok" ? "ok" : "cancelled";
    }
  }
  return roots;
}

function begun(event: RunEvent): Span {
  return {
    id: event.span_id,
    kind: kindOf(event.type),
    name: "",
    task: event.task ?? undefined,
    agent: event.agent ?? undefined,
    state: "running",
    startMs: startOf(event),
    endMs: undefined,
    events: [],
    children: [],
  };
}

/** What is told only once it is over says how long it took. */
function startOf(event: RunEvent): number {
  const at = Date.parse(event.at);
  const took = BEGINS.has(event.type) ? 0 : numberIn(event, "latency_ms");
  return at - (took ?? 0);
}

function take(span: Span, event: RunEvent): void {
  span.events.push(event);
  span.name = nameOf(span, event) ?? span.name;
  if (BEGINS.has(event.type)) {
    span.state = "running";
    span.endMs = undefined;
    return;
  }
  span.endMs = Math.max(Date.parse(event.at), span.startMs);
  if (event.type.endsWith("_failed")) span.state = "failed";
  else if (event.type.endsWith("_cancelled")) span.state = "cancelled";
  else span.state = event.data.passed === false ? "failed" : "ok";
}

function nameOf(span: Span, event: RunEvent): string | undefined {
  const { data, type } = event;
  switch (span.kind) {
    case "run":
      return "Run";
    case "task":
      return textIn(event, "name") ?? (span.name === "" ? (event.task ?? "Task") : undefined);
    case "llm":
      return typeof data.model === "string" ? data.model : undefined;
    case "tool":
      return typeof data.tool === "string" ? data.tool : undefined;
    case "memory":
      return memoryName(event);
    case "knowledge":
      return "Knowledge searched";
    case "guardrail":
      return "Answer checked";
    case "approval":
      return "Approval";
    case "note":
      return words(type);
  }
}

function memoryName(event: RunEvent): string {
  const { records } = event.data;
  const count = Array.isArray(records) ? records.length : 0;
  if (event.type === "memory_recalled") return `Recalled ${count}`;
  if (event.type === "memory_saved") return `Saved ${count}`;
  return "Memory could not be reached";
}

/** `plan_ready` as "Plan ready", `llm_call_started` as "Model call started". */
export function words(type: string): string {
  const text = type
    .replace(/^llm_chunk$/, "answer_streams")
    .replace(/^llm_/, "model_")
    .replace(/^execution_/, "run_")
    .replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function textIn(event: RunEvent | undefined, key: string): string | undefined {
  const value: unknown = event?.data[key];
  return typeof value === "string" ? value : undefined;
}

export function numberIn(event: RunEvent | undefined, key: string): number | undefined {
  const value: unknown = event?.data[key];
  return typeof value === "number" ? value : undefined;
}

/** The newest of one type. */
export function lastOf(span: Span, type: string): RunEvent | undefined {
  return span.events.findLast((event) => event.type === type);
}

/** What a model has said so far, also while it still speaks. */
export function saidIn(span: Span): string {
  const text: string[] = [];
  for (const event of span.events)
    if (event.type === "llm_chunk") text.push(textIn(event, "text") ?? "");
  return text.join("");
}

export interface SpanUsage {
  tokens: number;
  usd: number | undefined;
}

const usages = new WeakMap<Span, SpanUsage>();

/** Of a span of a tree that is finished, with all below it; added up once. */
export function usageOf(span: Span): SpanUsage {
  const known = usages.get(span);
  if (known !== undefined) return known;
  const usage = addedUp(span);
  usages.set(span, usage);
  return usage;
}

function addedUp(span: Span): SpanUsage {
  let tokens = 0;
  let usd: number | undefined;
  for (const event of span.events) {
    if (event.type !== "llm_call_completed") continue;
    tokens += (numberIn(event, "prompt_tokens") ?? 0) + (numberIn(event, "completion_tokens") ?? 0);
    const cost = numberIn(event, "cost_usd");
    if (cost !== undefined) usd = (usd ?? 0) + cost;
  }
  for (const child of span.children) {
    const below = usageOf(child);
    tokens += below.tokens;
    if (below.usd !== undefined) usd = (usd ?? 0) + below.usd;
  }
  return { tokens, usd };
}

export interface Scale {
  from: number;
  to: number;
  /** Something has not ended. */
  open: boolean;
}

/** From the first beginning to the last end that is known. */
export function scaleOf(rows: SpanRow[]): Scale {
  const scale: Scale = { from: Infinity, to: -Infinity, open: false };
  for (const { span } of rows) {
    scale.from = Math.min(scale.from, span.startMs);
    scale.to = Math.max(scale.to, span.endMs ?? span.startMs);
    if (span.endMs === undefined) scale.open = true;
  }
  return scale;
}

export interface SpanRow {
  span: Span;
  depth: number;
}

/** The trees as rows, without what is below closed spans. */
export function rowsOf(roots: Span[], closed: ReadonlySet<string>): SpanRow[] {
  const rows: SpanRow[] = [];
  const add = (span: Span, depth: number) => {
    rows.push({ span, depth });
    if (!closed.has(span.id)) for (const child of span.children) add(child, depth + 1);
  };
  for (const root of roots) add(root, 0);
  return rows;
}

export function findSpan(roots: Span[], id: string | undefined): Span | undefined {
  if (id === undefined) return undefined;
  return rowsOf(roots, new Set()).find(({ span }) => span.id === id)?.span;
}
