import type { Schema } from "@/api/types";
import {
  type Agent,
  type Config,
  type Graph,
  nodesOf,
  type Place,
  type Task,
} from "@/features/crews/model/graph";

type Definition = Schema<"CrewDefinition">;

/** To be saved, in the shape in which it came. */
export function definitionOf(graph: Graph): Definition {
  const shape =
    graph.shape === "yaml" && !graph.agents.some((agent) => agent.leads)
      ? yamlOf(graph)
      : canvasOf(graph);
  return { ...graph.settings, ...shape } as Definition;
}

function yamlOf(graph: Graph): Config {
  return {
    agents_yaml: Object.fromEntries(graph.agents.map((agent) => [agent.key, agent.config])),
    tasks_yaml: Object.fromEntries(graph.tasks.map((task) => [task.key, taskConfig(task)])),
    layout: { agents: placesOf(graph.agents), tasks: placesOf(graph.tasks) },
  };
}

function placesOf(nodes: (Agent | Task)[]): Record<string, Place> {
  return Object.fromEntries(nodes.map((node) => [node.key, node.at]));
}

function taskConfig(task: Task): Config {
  return {
    ...task.config,
    ...(task.agent === null ? {} : { agent: task.agent }),
    ...(task.reads === null ? {} : { context: task.reads }),
  };
}

function canvasOf(graph: Graph): Config {
  const edges = graph.tasks.flatMap((task) =>
    [...(task.agent === null ? [] : [task.agent]), ...readsOf(graph, task)].map((source) => ({
      id: `${source}->${task.key}`,
      source,
      target: task.key,
    })),
  );
  const nodes = nodesOf(graph).map((node) => ({
    id: node.key,
    type: typeOf(node),
    position: node.at,
    data: node.config,
  }));
  return { nodes, edges };
}

function typeOf(node: Agent | Task): string {
  if (node.kind === "task") return "taskNode";
  return node.leads ? "managerNode" : "agentNode";
}

/** Without null: a canvas has no "all before it", so that every line is drawn. */
export function readsOf(graph: Graph, task: Task): string[] {
  if (task.reads !== null) return task.reads;
  return graph.tasks.slice(0, graph.tasks.indexOf(task)).map((before) => before.key);
}

/**
 * To be checked while it is drawn: as a canvas, for which the server names every problem of every node at once. The
 * nodes stand in the order of nodesOf().
 */
export function checkableOf(graph: Graph): Definition {
  const agents = new Set(graph.agents.map((agent) => agent.key));
  const idOf = (task: string) => (agents.has(task) ? `task/${task}` : task);
  const nodes = nodesOf(graph).map((node) => ({
    id: node.kind === "task" ? idOf(node.key) : node.key,
    type: typeOf(node),
    data:
      node.kind === "agent"
        ? node.config
        : {
            ...node.config,
            ...(node.agent === null ? {} : { agent: node.agent }),
            context: readsOf(graph, node).map(idOf),
          },
  }));
  return { ...graph.settings, nodes, edges: [] } as unknown as Definition;
}
