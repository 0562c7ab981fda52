import type { Schema } from "@/api/types";
import { halfOf } from "@/features/crews/model/clipboard";

/** One crew file, or the two of a CrewAI project in either order; a sentence says what is missing. */
export function importBody(texts: string[]): Schema<"CrewImport"> | string {
  const [first = "", second] = texts.filter((text) => text.trim() !== "");
  if (second !== undefined) {
    const agents = texts.find((text) => halfOf(text) === "agents");
    const tasks = texts.find((text) => halfOf(text) === "tasks");
    if (agents === undefined || tasks === undefined) {
      return "Of two files, one is agents.yaml (with a role for each) and one tasks.yaml (with an expected_output).";
    }
    return { agents_yaml: agents, tasks_yaml: tasks, note: "" };
  }
  return { document: first, note: "" };
}
