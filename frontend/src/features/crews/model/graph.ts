/** What the canvas edits. The server knows two shapes of it: read.ts and write.ts. */

export type Config = Record<string, unknown>;
export type Kind = "agent" | "task";

export interface Place {
  x: number;
  y: number;
}

export interface Agent {
  kind: "agent";
  key: string;
  /** Of a hierarchical crew: the node that hands the tasks out. */
  leads: boolean;
  config: Config;
  at: Place;
}

export interface Task {
  kind: "task";
  key: string;
  config: Config;
  /** Key of the agent who does it. */
  agent: string | null;
  /** Keys of the tasks whose answers it reads; null: of all before it. */
  reads: string[] | null;
  at: Place;
}

export interface Graph {
  name: string;
  description: string;
  /** In which shape the crew came; it is saved in the same one. */
  shape: "yaml" | "canvas";
  /** Process, models, memory: what belongs to the crew as a whole. */
  settings: Config;
  agents: Agent[];
  /** In the order in which they run. */
  tasks: Task[];
}

/** One name for a node: agents and tasks may have the same key. */
export function idOf(node: { kind: Kind; key: string }): string {
  return `${node.kind}/${node.key}`;
}

export function nodesOf(graph: Graph): (Agent | Task)[] {
  return [...graph.agents, ...graph.tasks];
}

export function nodeOf(graph: Graph, id: string | undefined): Agent | Task | undefined {
  if (id === undefined) return undefined;
  const found = (node: Agent | Task) => idOf(node) === id;
  return graph.agents.find(found) ?? graph.tasks.find(found);
}

export function textOf(config: Config, field: string): string {
  const value = config[field];
  return typeof value === "string" ? value : "";
}

export function listOf(config: Config, field: string): string[] {
  const value = config[field];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

/** As people call it. */
export function nameOf(node: Agent | Task): string {
  return textOf(node.config, node.kind === "agent" ? "role" : "name") || node.key;
}

export function isMapping(value: unknown): value is Config {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** undefined takes the field away. */
export function withValue(config: Config, field: string, value: unknown): Config {
  return value === undefined ? without(config, [field]) : { ...config, [field]: value };
}

export function without(config: Config, names: string[]): Config {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !names.includes(name)));
}
