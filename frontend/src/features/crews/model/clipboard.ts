import { type Agent, type Graph, idOf, isMapping, type Task } from "@/features/crews/model/graph";

const MARK = "kasal/nodes";

/** Chosen nodes as text, for this canvas, another one, or an editor. */
export function copied(graph: Graph, ids: ReadonlySet<string>): string | undefined {
  const chosen = (node: Agent | Task) => ids.has(idOf(node));
  const agents = graph.agents.filter((agent) => chosen(agent) && !agent.leads);
  const tasks = graph.tasks.filter(chosen);
  if (agents.length + tasks.length === 0) return undefined;
  return JSON.stringify({ kind: MARK, agents, tasks });
}

/** undefined: the text is something else. */
export function pasted(text: string): Graph | undefined {
  if (!text.startsWith(`{"kind":"${MARK}"`)) return undefined;
  try {
    const { agents, tasks } = JSON.parse(text) as Pick<Graph, "agents" | "tasks">;
    const known = [...agents, ...tasks].every((node) => isMapping(node.config));
    if (!known) return undefined;
    return { name: "", description: "", shape: "yaml", settings: {}, agents, tasks };
  } catch {
    return undefined;
  }
}

/** Looks like a crew file, or like one half of a CrewAI project. */
export function looksLikeCrew(text: string): boolean {
  return (
    /^\s*"?(agents|tasks|agents_yaml|tasks_yaml|nodes)"?\s*:/m.test(text) ||
    halfOf(text) !== undefined
  );
}

/** Which of CrewAI's two files this is: agents have a role, tasks an expected_output. */
export function halfOf(text: string): "agents" | "tasks" | undefined {
  if (/^\s+"?expected_output"?\s*:/m.test(text)) return "tasks";
  return /^\s+"?role"?\s*:/m.test(text) ? "agents" : undefined;
}
