import { own } from "@/lib/own";

export type Look = "table" | "tree" | "markdown" | "text";

export interface Sheet {
  columns: string[];
  rows: string[][];
}

const MOST_ROWS = 500;
const MOST_COLUMNS = 30;

/** The ways to show an answer, the most readable first. */
export function looksOf(json: unknown, sheet: Sheet | undefined): Look[] {
  if (json === undefined) return ["markdown", "text"];
  return sheet === undefined ? ["tree", "text"] : ["table", "tree", "text"];
}

/** A list of flat objects as a table, also where it is all that an object holds. */
export function sheetOf(json: unknown): Sheet | undefined {
  const list = listIn(json);
  if (list === undefined || list.length === 0 || list.length > MOST_ROWS) return undefined;
  const columns = [...new Set(list.flatMap((row) => Object.keys(row)))];
  if (columns.length === 0 || columns.length > MOST_COLUMNS) return undefined;
  const rows = list.map((row) => columns.map((column) => cellOf(own(row, column))));
  return { columns, rows };
}

type Row = Record<string, unknown>;

function listIn(json: unknown): Row[] | undefined {
  if (Array.isArray(json)) return json.every(isFlat) ? json : undefined;
  if (typeof json !== "object" || json === null) return undefined;
  const values = Object.values(json);
  return values.length === 1 && Array.isArray(values[0]) ? listIn(values[0]) : undefined;
}

function isFlat(value: unknown): value is Row {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((one) => typeof one !== "object" || one === null);
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
