import type { Schema } from "@/api/types";

export type MemoryType = Schema<"MemoryType">;
export type CrewMemoryType = NonNullable<Schema<"RecordCreate">["type"]>;

export const TYPES: MemoryType[] = ["short_term", "long_term", "entity", "document"];
export const CREW_TYPES: CrewMemoryType[] = ["short_term", "long_term", "entity"];

const NAMES: Record<string, string> = {
  short_term: "Short-term",
  long_term: "Long-term",
  entity: "Entity",
  document: "Document",
};

export function typeName(type: string): string {
  return NAMES[type] ?? type;
}

export function isMemoryType(value: unknown): value is MemoryType {
  return TYPES.some((one) => one === value);
}

/** A saved crew's id or the identity of a crew, as the API takes either. */
const CREW = /^([0-9a-f-]{36}|[0-9a-f]{32})$/i;

/** What the list of records is filtered by, and which record stands open, as the URL has it. */
export interface RecordsSearch {
  type?: MemoryType;
  crew?: string;
  q?: string;
  /** `long_term/ID` */
  record?: string;
}

export function readRecordsSearch(search: Record<string, unknown>): RecordsSearch {
  const found: RecordsSearch = {};
  if (isMemoryType(search.type)) found.type = search.type;
  if (typeof search.crew === "string" && CREW.test(search.crew)) found.crew = search.crew;
  if (typeof search.q === "string" && search.q.trim() !== "") found.q = search.q.trim();
  if (typeof search.record === "string" && readRef(search.record) !== undefined) {
    found.record = search.record;
  }
  return found;
}

export interface RecordRef {
  type: MemoryType;
  id: string;
}

export function refOf({ type, id }: RecordRef): string {
  return `${type}/${id}`;
}

export function readRef(text: string): RecordRef | undefined {
  const [type, ...rest] = text.split("/");
  const id = rest.join("/");
  return isMemoryType(type) && id !== "" ? { type, id } : undefined;
}

const ID = /^[0-9a-f-]{36}$/i;

/** A job that stands open, so that a reload shows it again. */
export interface JobSearch {
  job?: string;
}

export function readJobSearch(search: Record<string, unknown>): JobSearch {
  return typeof search.job === "string" && ID.test(search.job) ? { job: search.job } : {};
}
