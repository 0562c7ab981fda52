import type { Schema } from "@/api/types";

export type RunBody = Partial<Schema<"ExecutionCreate">>;
type PreviewInput = Schema<"PreviewInput">;

/** How a value is entered. What is neither text nor a number is entered as JSON. */
export type FieldKind = "text" | "multiline" | "number" | "json";

export interface RunField {
  name: string;
  kind: FieldKind;
  text: string;
}

const LONG_CHARS = 90;

/** The fields of a form, from what the server says a run asks for and what is known to begin with. */
export function fieldsOf(asked: PreviewInput[], given: Record<string, unknown> = {}): RunField[] {
  return asked.map(({ name, value }) => {
    const begin = Object.hasOwn(given, name) ? given[name] : value;
    return { name, kind: kindOf(begin), text: textOf(begin) };
  });
}

function kindOf(value: unknown): FieldKind {
  if (value === null || value === undefined) return "text";
  if (typeof value === "number") return "number";
  if (typeof value !== "string") return "json";
  return isLong(value) ? "multiline" : "text";
}

export function isLong(text: string): boolean {
  return text.length > LONG_CHARS || text.includes("\n");
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

export interface ReadFields {
  inputs: Record<string, Schema<"JsonValue">>;
  /** Messages by the name of the input. */
  problems: Record<string, string>;
}

/** What the fields say, as POST /executions takes it. */
export function readFields(fields: RunField[]): ReadFields {
  const inputs = new Map<string, Schema<"JsonValue">>();
  const problems = new Map<string, string>();
  for (const field of fields) {
    try {
      inputs.set(field.name, valueOf(field));
    } catch (error) {
      problems.set(field.name, (error as Error).message);
    }
  }
  // Also "__proto__" may be the name of an input.
  return { inputs: Object.fromEntries(inputs), problems: Object.fromEntries(problems) };
}

function valueOf({ kind, text }: RunField): Schema<"JsonValue"> {
  if (text.trim() === "") throw new Error("This input is needed");
  if (kind === "text" || kind === "multiline") return text;
  if (kind === "number") {
    const value = Number(text);
    // Texts are filled with what stands here, so words instead of a number are fine.
    return Number.isFinite(value) ? value : text;
  }
  try {
    return JSON.parse(text) as Schema<"JsonValue">;
  } catch {
    throw new Error("This is not JSON; the last run was given an object or a list here");
  }
}

/** Where the values come from, in one line; nothing where there are none. */
export function sourceWords(asked: PreviewInput[]): string | undefined {
  const sources = new Set(asked.map(({ source }) => source));
  if (sources.has("last_run")) return "Filled in as in the last run.";
  if (sources.has("example")) return "Filled in with an example, ready to run.";
  return undefined;
}

/** One of both: a saved crew, or one that is still being drawn. */
export interface CrewToRun {
  crewId?: string | undefined;
  definition?: Schema<"CrewDefinition"> | undefined;
  version?: number | undefined;
  /** Of the crew; for one without an id also what the run is listed by. */
  name?: string | undefined;
}

export interface RunOptions {
  model: string | null;
  runName: string;
  maxUsd: number | string;
  maxTokens: number | string;
}

export function sourceOf(crew: CrewToRun, options: RunOptions): RunBody {
  const model = options.model === null ? {} : { model: options.model };
  if (crew.crewId !== undefined) {
    const version = crew.version === undefined ? {} : { version: crew.version };
    return { crew_id: crew.crewId, ...version, ...model };
  }
  const name = crew.name === undefined ? {} : { crew_name: crew.name };
  return { ...crew.definition, ...name, ...model };
}

export function optionsOf({ runName, maxUsd, maxTokens }: RunOptions): RunBody {
  const limits = { max_usd: numberOf(maxUsd), max_tokens: numberOf(maxTokens) };
  const limited = limits.max_usd !== null || limits.max_tokens !== null;
  return {
    ...(runName.trim() === "" ? {} : { run_name: runName.trim() }),
    ...(limited ? { budget: limits } : {}),
  };
}

function numberOf(value: number | string): number | null {
  return value === "" ? null : Number(value);
}

/** An estimate does not depend on what the inputs say. */
export function named(asked: Schema<"PreviewInput">[]): Record<string, Schema<"JsonValue">> {
  return Object.fromEntries(asked.map(({ name }) => [name, name]));
}

/** `inputs.city` belongs to the field `city`. */
export function inputErrors(told: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(told)
      .filter(([name]) => name.startsWith("inputs."))
      .map(([name, message]) => [name.slice("inputs.".length), message]),
  );
}
