import { parse } from "yaml";
import { halfOf } from "@/features/crews/model/clipboard";
import { type Config, type Graph, isMapping } from "@/features/crews/model/graph";
import { graphOf } from "@/features/crews/model/read";

/** A pasted crew file, or one of CrewAI's two files, as a drawing; a sentence says why it is none. */
export function crewOfText(text: string): Graph | string {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n", 1).join("") : "";
    return `It is not readable YAML: ${why}`;
  }
  if (!isMapping(document)) return "Expected agents and tasks at the top of the text.";
  const definition = definitionIn(document, text);
  if (definition === undefined) return "Expected agents and tasks at the top of the text.";
  return graphOf({ name: "", description: "", definition });
}

function definitionIn(document: Config, text: string): Config | undefined {
  if (Array.isArray(document.nodes)) return document;
  const agents = document.agents_yaml ?? document.agents;
  const tasks = document.tasks_yaml ?? document.tasks;
  if (agents !== undefined || tasks !== undefined) {
    return { agents_yaml: agents ?? {}, tasks_yaml: tasks ?? {}, layout: document.layout };
  }
  const half = halfOf(text);
  return half === undefined ? undefined : { [`${half}_yaml`]: document };
}
