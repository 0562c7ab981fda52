import {
  type Agent,
  type Config,
  type Graph,
  idOf,
  isMapping,
  type Place,
  type Task,
  without,
} from "@/features/crews/model/graph";
import { moved, tidyPlaces } from "@/features/crews/model/layout";
import { inOrder } from "@/features/crews/model/order";

export interface Named {
  name: string;
  description: string;
  definition: Config;
}

const SHAPES = ["agents_yaml", "tasks_yaml", "nodes", "edges", "layout"];
/** What a node's data holds for a screen only. */
const DRAWING = ["label", "agentId", "taskId", "icon", "color", "description_html"];

/** Either shape of a saved crew. Nodes without a place are laid out; the server has checked the rest. */
export function graphOf({ name, description, definition }: Named): Graph {
  const settings = without(definition, SHAPES);
  const canvas = Array.isArray(definition.nodes);
  const parts = canvas ? ofCanvas(definition) : ofYaml(definition);
  const graph: Graph = {
    name,
    description,
    settings,
    shape: canvas ? "canvas" : "yaml",
    agents: parts.agents,
    tasks: inOrder(parts.tasks),
  };
  return parts.places.size === parts.agents.length + parts.tasks.length
    ? moved(graph, parts.places)
    : moved(graph, new Map([...tidyPlaces(graph), ...parts.places]));
}

interface Parts {
  agents: Agent[];
  tasks: Task[];
  places: Map<string, Place>;
}

const ORIGIN = { x: 0, y: 0 };

function ofYaml(definition: Config): Parts {
  const layout = mapping(definition.layout);
  const agents = entries(definition.agents_yaml).map(([key, config]): Agent => {
    return { kind: "agent", key, leads: false, config, at: ORIGIN };
  });
  const tasks = entries(definition.tasks_yaml).map(([key, config]) => taskOf(key, config, null));
  const places = new Map<string, Place>();
  for (const node of [...agents, ...tasks]) {
    const at = placeOf(mapping(layout[`${node.kind}s`])[node.key]);
    if (at !== undefined) places.set(idOf(node), at);
  }
  return { agents, tasks, places };
}

function ofCanvas(definition: Config): Parts {
  const agents: Agent[] = [];
  const tasks: Task[] = [];
  const places = new Map<string, Place>();
  const nodes = list(definition.nodes);
  const edges = list(definition.edges).map((edge) => ({
    source: String(edge.source),
    target: String(edge.target),
  }));
  const kinds = new Map(nodes.map((node) => [String(node.id), node.type]));
  for (const node of nodes) {
    const key = String(node.id);
    const { label, ...rest } = mapping(node.data);
    const config = without(rest, DRAWING);
    if (node.type === "taskNode") {
      const into = edges.filter((edge) => edge.target === key).map((edge) => edge.source);
      const drawn = into.filter((source) => kinds.get(source) === "taskNode");
      const named = typeof label === "string" ? { name: label, ...config } : config;
      const task = taskOf(key, named, drawn);
      task.agent ??= into.find((source) => kinds.get(source) === "agentNode") ?? null;
      tasks.push(task);
    } else {
      agents.push({ kind: "agent", key, leads: node.type === "managerNode", config, at: ORIGIN });
    }
    const at = placeOf(node.position);
    if (at !== undefined) places.set(`${node.type === "taskNode" ? "task" : "agent"}/${key}`, at);
  }
  return { agents, tasks, places };
}

/** A canvas draws what it means: there, a task without lines reads nothing. */
function taskOf(key: string, given: Config, drawn: string[] | null): Task {
  const { agent, context, ...config } = given;
  const named = Array.isArray(context) ? context.filter((one) => typeof one === "string") : null;
  return {
    kind: "task",
    key,
    config,
    agent: typeof agent === "string" ? agent : null,
    reads: drawn === null ? named : [...new Set([...drawn, ...(named ?? [])])],
    at: ORIGIN,
  };
}

function placeOf(value: unknown): Place | undefined {
  const { x, y } = mapping(value);
  return typeof x === "number" && typeof y === "number" ? { x, y } : undefined;
}

function mapping(value: unknown): Config {
  return isMapping(value) ? value : {};
}

function list(value: unknown): Config[] {
  return Array.isArray(value) ? value.filter(isMapping) : [];
}

function entries(value: unknown): [string, Config][] {
  return Object.entries(mapping(value)).map(([key, config]) => [key, mapping(config)]);
}
