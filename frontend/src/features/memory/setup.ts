import type { Schema } from "@/api/types";
import { type Backend } from "@/features/memory/backends";
import { typeName } from "@/features/memory/search";

/** The steps that a set-up of this backend will take, by the names that its job gives them. */
export function aheadOf(backend: Pick<Backend, "kind" | "config" | "indexes">): string[] {
  const endpoints =
    backend.kind === "databricks"
      ? [...new Set(backend.indexes.map((index) => index.endpoint))].filter((name) => name !== "")
      : [];
  return [
    "identity",
    ...endpoints.map((name) => `endpoint ${name}`),
    ...backend.indexes.map((index) => `index ${index.name}`),
    "verify",
  ];
}

const WORDS: Record<string, string> = {
  identity: "Find out whose rights are used",
  verify: "Write, find and delete a record in each index",
  activate: "Use it for runs",
};

export function stepName(step: string): string {
  return WORDS[step] ?? step.charAt(0).toUpperCase() + step.slice(1);
}

/** Names end in eight characters that each set-up makes anew: those of a plan are not those of the set-up. */
export function plannedName(item: Pick<Schema<"SetupItemRead">, "name" | "what">): string {
  return item.what === "index" ? item.name.replace(/_[0-9a-f]{8}$/, "_…") : item.name;
}

export function plannedWhat(item: Pick<Schema<"SetupItemRead">, "type" | "what">): string {
  return item.type == null ? "Endpoint" : `${typeName(item.type)} index`;
}

/** "Databricks", else "Databricks 2" and so on. */
export function freeName(wanted: string, taken: string[]): string {
  let name = wanted;
  for (let number = 2; taken.includes(name); number += 1) name = `${wanted} ${number}`;
  return name;
}
