import type { Schema } from "@/api/types";
import { type MemoryRecord, numberField } from "@/features/memory/provenance";
import type { MemoryType } from "@/features/memory/search";

/** What a person may change, as the form holds it. */
export interface RecordValues {
  content: string;
  entity_name: string;
  entity_type: string;
  description: string;
  /** One a line. */
  relationships: string;
  importance: number | string;
  quality: number | string;
  ttl_hours: number | string;
}

export type RecordField = keyof RecordValues;

const FIELDS: Record<MemoryType, RecordField[]> = {
  short_term: ["content", "ttl_hours"],
  long_term: ["content", "importance", "quality"],
  entity: ["entity_name", "entity_type", "description", "relationships"],
  document: [],
};

export function fieldsOf(type: MemoryType): RecordField[] {
  return FIELDS[type];
}

function textOf(record: MemoryRecord, name: string): string {
  const value = record.fields[name];
  return typeof value === "string" ? value : "";
}

export function valuesOf(record: MemoryRecord): RecordValues {
  const related = record.fields.relationships;
  return {
    content: record.type === "entity" ? "" : record.text,
    entity_name: textOf(record, "entity_name"),
    entity_type: textOf(record, "entity_type"),
    description: textOf(record, "description"),
    relationships: Array.isArray(related) ? related.join("\n") : "",
    importance: numberField(record, "importance") ?? "",
    quality: numberField(record, "quality") ?? "",
    ttl_hours: numberField(record, "ttl_hours") ?? "",
  };
}

export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Only what differs from the record: what somebody else changed meanwhile elsewhere is kept. */
export function changesOf(record: MemoryRecord, values: RecordValues): Schema<"RecordUpdate"> {
  const before = valuesOf(record);
  const changes: Schema<"RecordUpdate"> = {};
  for (const name of fieldsOf(record.type)) {
    const value = values[name];
    if (value === before[name]) continue;
    if (name === "relationships") changes.relationships = linesOf(values.relationships);
    else if (name === "importance" || name === "quality" || name === "ttl_hours") {
      if (typeof value === "number") changes[name] = value;
    } else changes[name] = String(value);
  }
  return changes;
}
