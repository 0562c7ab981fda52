import type { RunEvent } from "@/api/events";

export interface Message {
  role: string;
  text: string;
}

/** The prompt of a model call. */
export function readMessages(event: RunEvent | undefined): Message[] {
  const messages: unknown = event?.data.messages;
  if (!Array.isArray(messages)) return [];
  return messages.filter(isObject).map((message) => ({
    role: typeof message.role === "string" ? message.role : "message",
    text: contentOf(message),
  }));
}

function contentOf({ content, tool_calls }: Record<string, unknown>): string {
  if (typeof content === "string" && content !== "") return content;
  return JSON.stringify(content ?? tool_calls ?? "", null, 2);
}

/** Tool calls with their arguments as a tree: models write them as text. */
export function readArguments(calls: unknown): unknown {
  if (!Array.isArray(calls)) return calls;
  return calls.map((call: unknown) => {
    if (!isObject(call) || typeof call.arguments !== "string") return call;
    try {
      return { ...call, arguments: JSON.parse(call.arguments) as unknown };
    } catch {
      return call;
    }
  });
}

export interface RecordUse {
  type: string;
  id: string;
  rank: number | undefined;
  score: number | undefined;
  excerpt: string | undefined;
  source: string | undefined;
  merged: boolean;
}

/** The records that an event of memory or knowledge names. */
export function readRecords(event: RunEvent | undefined): RecordUse[] {
  const records: unknown = event?.data.records;
  if (!Array.isArray(records)) return [];
  return records.filter(isObject).flatMap((record): RecordUse[] => {
    if (typeof record.id !== "string" || typeof record.type !== "string") return [];
    return [
      {
        type: record.type,
        id: record.id,
        rank: numberOf(record.rank),
        score: numberOf(record.score),
        excerpt: textOf(record.excerpt),
        source: textOf(record.source),
        merged: record.merged === true,
      },
    ];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** An event in one line. */
export function summaryOf({ data }: RunEvent): string {
  for (const key of ["message", "text", "output", "query", "name"]) {
    const value = data[key];
    if (typeof value === "string" && value !== "") return value.slice(0, 300);
  }
  for (const key of ["tool", "model"]) {
    const value = data[key];
    if (typeof value === "string") return value;
  }
  if (Array.isArray(data.records)) return `${data.records.length} records`;
  return "";
}
