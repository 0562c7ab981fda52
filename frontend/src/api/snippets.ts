import { actingGroup } from "@/api/group";

interface Call {
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** With its query: "/api/v1/executions". */
  path: string;
  body?: unknown;
}

/** Text that a POSIX shell reads as one word. */
export function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}

/** A call as curl; where a token is needed, it comes from KASAL_TOKEN. */
export function asCurl(call: Call, signedIn: boolean): string {
  const parts = [`curl -sS${call.method === "GET" ? "" : ` -X ${call.method}`}`];
  parts.push(quoteForShell(`${window.location.origin}${call.path}`));
  if (signedIn) parts.push(`-H "Authorization: Bearer $KASAL_TOKEN"`);
  const group = actingGroup();
  if (group !== undefined) parts.push(`-H ${quoteForShell(`X-Group-Id: ${group}`)}`);
  if (call.body !== undefined) {
    parts.push(`-H 'Content-Type: application/json'`);
    parts.push(`-d ${quoteForShell(JSON.stringify(call.body))}`);
  }
  return parts.join(" \\\n  ");
}

/** A program with the client of Kasal, which its lines call `kasal`. */
export function asProgram(lines: string[], signedIn: boolean): string {
  const group = actingGroup();
  const options = [
    JSON.stringify(window.location.origin),
    ...(signedIn ? ['token=os.environ["KASAL_TOKEN"]'] : []),
    ...(group === undefined ? [] : [`group=${JSON.stringify(group)}`]),
  ];
  return [
    ...(signedIn ? ["import os", ""] : []),
    "from src.client.client import KasalClient",
    "",
    `with KasalClient(${options.join(", ")}) as kasal:`,
    ...lines.map((line) => `    ${line}`),
  ].join("\n");
}

/** Commands of `kasal`, which read from the environment where and for whom they work. */
export function asCommands(commands: string[], signedIn: boolean): string {
  const group = actingGroup();
  return [
    ...(signedIn ? ["# with your access token in KASAL_TOKEN"] : []),
    `export KASAL_URL=${quoteForShell(window.location.origin)}`,
    ...(group === undefined ? [] : [`export KASAL_GROUP=${quoteForShell(group)}`]),
    ...commands,
  ].join("\n");
}

/** JSON as a Python literal. */
export function asPython(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(asPython).join(", ")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value).map(([key, one]) => `${asPython(key)}: ${asPython(one)}`);
    return `{${entries.join(", ")}}`;
  }
  return JSON.stringify(value);
}
