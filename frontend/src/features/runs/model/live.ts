import type { RunEvent } from "@/api/events";
import type { Schema } from "@/api/types";
import { textIn } from "@/features/runs/model/spans";

export type Run = Schema<"ExecutionRead">;
export type Task = Schema<"ExecutionTaskRead">;

const ENDED = new Set(["COMPLETED", "FAILED", "CANCELLED"]);

export function hasEnded(status: string): boolean {
  return ENDED.has(status);
}

/** What the events tell about one task before the server is asked again. */
export interface TaskNow {
  status: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** Of the call that speaks now or spoke last. */
  text: string;
  recalled: number;
  saved: number;
  attempts: number;
}

const STATUS: Record<string, string> = {
  task_started: "RUNNING",
  task_completed: "COMPLETED",
  task_failed: "FAILED",
  approval_requested: "WAITING_FOR_APPROVAL",
  approval_decided: "RUNNING",
};

const NOTHING: TaskNow = {
  status: "PENDING",
  startedAt: null,
  finishedAt: null,
  text: "",
  recalled: 0,
  saved: 0,
  attempts: 0,
};

/** By the key of the task. A retry resets the tasks from where it begins on. */
export function tasksNow(events: RunEvent[], order: string[]): Map<string, TaskNow> {
  const tasks = new Map<string, TaskNow>();
  const chunks = new Map<string, string[]>();
  for (const event of events) {
    if (event.type === "execution_queued") resetFrom(tasks, order, textIn(event, "from_task"));
    if (isEndOfRun(event.type)) closeOpen(tasks, event);
    if (event.task == null) continue;
    const known = tasks.get(event.task) ?? NOTHING;
    const now = afterEvent(known, event);
    if (now !== known) tasks.set(event.task, now);
    if (event.type === "llm_call_started" || event.type === "task_started")
      chunks.delete(event.task);
    if (event.type === "llm_chunk") {
      const said = chunks.get(event.task) ?? [];
      said.push(textIn(event, "text") ?? "");
      chunks.set(event.task, said);
    }
  }
  for (const [key, said] of chunks) {
    tasks.set(key, { ...(tasks.get(key) ?? NOTHING), text: said.join("") });
  }
  return tasks;
}

function afterEvent(task: TaskNow, event: RunEvent): TaskNow {
  const status = STATUS[event.type] ?? task.status;
  switch (event.type) {
    case "task_started":
      return {
        ...NOTHING,
        status,
        startedAt: event.at,
        attempts: task.attempts + 1,
      };
    case "task_completed":
    case "task_failed":
      return { ...task, status, finishedAt: event.at };
    case "memory_recalled":
      return { ...task, recalled: task.recalled + countIn(event) };
    case "memory_saved":
      return { ...task, saved: task.saved + countIn(event) };
    default:
      return status === task.status ? task : { ...task, status };
  }
}

function countIn(event: RunEvent): number {
  return Array.isArray(event.data.records) ? event.data.records.length : 0;
}

function resetFrom(tasks: Map<string, TaskNow>, order: string[], from: string | undefined): void {
  const first = from === undefined ? 0 : order.indexOf(from);
  for (const key of order.slice(Math.max(0, first))) tasks.delete(key);
}

function isEndOfRun(type: string): boolean {
  return type === "execution_cancelled" || type === "execution_failed";
}

function closeOpen(tasks: Map<string, TaskNow>, event: RunEvent): void {
  const status = event.type === "execution_cancelled" ? "CANCELLED" : "FAILED";
  for (const [key, task] of tasks) {
    if (task.status !== "RUNNING" && task.status !== "WAITING_FOR_APPROVAL") continue;
    tasks.set(key, { ...task, status, finishedAt: event.at });
  }
}

/** How far the events have come, for what is asked anew when something of it changes. */
export function turnOf(events: RunEvent[]): number {
  let turn = 0;
  for (const { type } of events) {
    if (/^(task_|execution_|approval_|memory_saved)/.test(type)) turn += 1;
  }
  return turn;
}
