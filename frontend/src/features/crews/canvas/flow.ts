import type { Edge, Node } from "@xyflow/react";
import {
  type Agent,
  type Config,
  type Graph,
  idOf,
  nameOf,
  nodesOf,
  type Task,
} from "@/features/crews/model/graph";
import { SIZE } from "@/features/crews/model/layout";
import type { Trouble } from "@/features/crews/model/problems";

/** What is drawn in a node: not where it stands, so that what only moves is not drawn anew. */
export type AgentFlowNode = Node<
  { name: string; config: Config; leads: boolean; trouble: string | undefined },
  "agent"
>;
export type TaskFlowNode = Node<
  {
    name: string;
    config: Config;
    number: number;
    agentName: string | undefined;
    trouble: string | undefined;
  },
  "task"
>;
export type FlowNode = AgentFlowNode | TaskFlowNode;

/** What the canvas shows. Nodes that did not change are the same objects as in `before`, so that nothing is drawn anew. */
export function flowNodes(
  graph: Graph,
  troubles: Trouble[],
  selected: string[],
  before: FlowNode[],
): FlowNode[] {
  const old = new Map(before.map((node) => [node.id, node]));
  const chosen = new Set(selected);
  const roles = new Map(graph.agents.map((agent) => [agent.key, agent]));
  const first = new Map<string | undefined, string>();
  for (const { id, message } of troubles) if (!first.has(id)) first.set(id, message);
  return nodesOf(graph).map((node, at) => {
    const id = idOf(node);
    const trouble = first.get(id);
    const drawn = { name: nameOf(node), config: node.config, trouble };
    const fresh =
      node.kind === "agent"
        ? { type: "agent" as const, data: { ...drawn, leads: node.leads } }
        : {
            type: "task" as const,
            data: {
              ...drawn,
              number: at - graph.agents.length + 1,
              agentName: nameOfAgent(node, roles),
            },
          };
    const kept = old.get(id);
    const isChosen = chosen.has(id);
    if (kept !== undefined && sameData(kept.data, fresh.data)) {
      const moved = kept.position.x !== node.at.x || kept.position.y !== node.at.y;
      // With the data that it had: what is in the node is not drawn anew.
      if (kept.selected !== isChosen) return { ...kept, position: node.at, selected: isChosen };
      return moved ? { ...kept, position: node.at } : kept;
    }
    const made = {
      ...kept,
      ...fresh,
      id,
      position: node.at,
      selected: isChosen,
      ariaLabel: ariaOf(node, at - graph.agents.length + 1, trouble),
      // Known before it is drawn: the first view fits without a jump.
      initialWidth: SIZE[node.kind].width,
      initialHeight: SIZE[node.kind].height,
    };
    return made;
  });
}

/** For memo(): where a node stands and whether it is chosen is shown around it, not by what is in it. */
export function showsTheSame(one: { data: object }, other: { data: object }): boolean {
  return one.data === other.data;
}

function nameOfAgent(task: Task, roles: ReadonlyMap<string, Agent>): string | undefined {
  const agent = task.agent === null ? undefined : roles.get(task.agent);
  return agent === undefined ? (task.agent ?? undefined) : nameOf(agent);
}

function sameData(one: object, other: object): boolean {
  const values = Object.entries(other) as [keyof typeof one, unknown][];
  return values.every(([name, value]) => one[name] === value);
}

function ariaOf(node: Agent | Task, number: number, trouble: string | undefined): string {
  const name = node.kind === "agent" ? `Agent ${node.key}` : `Task ${number}, ${node.key}`;
  return trouble === undefined ? name : `${name}, has a problem: ${trouble}`;
}

/** Lines that did not change are the same objects as in `before`. */
export function flowEdges(graph: Graph, selected: ReadonlySet<string>, before: Edge[]): Edge[] {
  const old = new Map(before.map((edge) => [edge.id, edge]));
  const agents = new Set(graph.agents.map((agent) => agent.key));
  const tasks = new Set(graph.tasks.map((task) => task.key));
  return graph.tasks.flatMap((task, at) => {
    const edges: Edge[] = [];
    const target = idOf(task);
    const line = (source: string, kind: "does" | "reads" | "all") => {
      const id = `${source}->${target}`;
      const isChosen = selected.has(id);
      const kept = old.get(id);
      if (kept?.data?.kind === kind && kept.selected === isChosen) {
        edges.push(kept);
        return;
      }
      edges.push({
        id,
        source,
        target,
        targetHandle: kind === "does" ? "who" : "reads",
        data: { kind },
        className: `line-${kind}`,
        selected: isChosen,
        deletable: true,
        ariaLabel: ariaOfLine(source, target, kind),
      });
    };
    if (task.agent !== null && agents.has(task.agent)) line(`agent/${task.agent}`, "does");
    const before = graph.tasks[at - 1];
    if (task.reads === null) {
      if (before !== undefined) line(idOf(before), "all");
    } else {
      for (const key of new Set(task.reads)) if (tasks.has(key)) line(`task/${key}`, "reads");
    }
    return edges;
  });
}

function ariaOfLine(source: string, target: string, kind: "does" | "reads" | "all"): string {
  const from = source.slice(source.indexOf("/") + 1);
  const to = target.slice(target.indexOf("/") + 1);
  if (kind === "does") return `${from} does ${to}`;
  return kind === "reads" ? `${to} reads ${from}` : `${to} reads all tasks before it`;
}
