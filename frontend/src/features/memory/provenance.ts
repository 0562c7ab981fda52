import type { Schema } from "@/api/types";

export type MemoryRecord = Schema<"RecordRead">;

/** Where a record came from, as far as it says so. */
export interface Provenance {
  run?: string;
  task?: string;
  agent?: string;
  /** A person who taught it. */
  taughtBy?: string;
  model?: string;
  /** Keys of the observations that went into it. */
  sources: string[];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

const RUN = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.\d+)?$/i;
const KEY = /^([0-9a-f-]{36})\.\d+$/i;

/** The execution of a key like `EXECUTION.0`; what a person taught has a key without a number. */
function runOfKey(key: string | undefined): string | undefined {
  return key === undefined ? undefined : KEY.exec(key)?.[1];
}

function runOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : RUN.exec(text)?.[1];
}

export function provenanceOf(record: Pick<MemoryRecord, "fields" | "sources">): Provenance {
  const { fields } = record;
  const about = objectOf(fields.metadata);
  const { sources } = record;
  const found: Provenance = { sources };
  const run = runOf(about.execution) ?? runOf(fields.session_id) ?? runOfKey(sources.at(-1));
  const task = textOf(about.task);
  const agent = textOf(fields.agent_id) ?? textOf(about.agent);
  const taughtBy = textOf(about.by);
  const model = textOf(fields.llm_model);
  if (run !== undefined) found.run = run;
  if (task !== undefined) found.task = task;
  if (agent !== undefined) found.agent = agent;
  if (taughtBy !== undefined) found.taughtBy = taughtBy;
  if (model !== undefined) found.model = model;
  return found;
}

export function numberField(record: Pick<MemoryRecord, "fields">, name: string) {
  const value = record.fields[name];
  return typeof value === "number" ? value : undefined;
}
