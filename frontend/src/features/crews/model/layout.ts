import { Graph as Drawing, layout } from "@dagrejs/dagre";
import { type Graph, idOf, type Place } from "@/features/crews/model/graph";

export const SIZE = {
  agent: { width: 216, height: 88 },
  task: { width: 240, height: 108 },
} as const;

/** Tasks from left to right along the work, agents in a row above what they do. */
export function tidyPlaces(graph: Graph): Map<string, Place> {
  const places = taskPlaces(graph);
  const { width, height } = SIZE.agent;
  const wanted = graph.agents.map((agent) => {
    const xs = graph.tasks
      .filter((task) => task.agent === agent.key)
      .map((task) => (places.get(idOf(task))?.x ?? 0) + SIZE.task.width / 2);
    const middle = xs.reduce((sum, x) => sum + x, 0) / xs.length;
    return { agent, x: xs.length === 0 ? Infinity : Math.round(middle - width / 2) };
  });
  let free = -Infinity;
  for (const { agent, x } of wanted.sort((one, other) => order(one.x, other.x))) {
    const at = Math.max(x === Infinity ? 0 : x, free);
    places.set(idOf(agent), { x: at, y: -height - ABOVE });
    free = at + width + APART;
  }
  return places;
}

const APART = 32;
const ABOVE = 72;

function order(one: number, other: number): number {
  return one === other ? 0 : one - other;
}

function taskPlaces(graph: Graph): Map<string, Place> {
  const drawing = new Drawing();
  drawing.setGraph({ rankdir: "LR", nodesep: APART, ranksep: 64, marginx: 0, marginy: 0 });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const task of graph.tasks) drawing.setNode(idOf(task), { ...SIZE.task });
  for (const [source, target] of linesOf(graph)) drawing.setEdge(source, target);
  layout(drawing);
  const { width, height } = SIZE.task;
  return new Map(
    graph.tasks.map((task) => {
      const { x, y } = drawing.node(idOf(task)) as Place;
      return [idOf(task), { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
    }),
  );
}

export function tidied(graph: Graph): Graph {
  const places = tidyPlaces(graph);
  return moved(graph, places);
}

export function moved(graph: Graph, places: ReadonlyMap<string, Place>): Graph {
  const place = <Node extends Graph["agents"][number] | Graph["tasks"][number]>(node: Node) => {
    const at = places.get(idOf(node));
    return at === undefined || (at.x === node.at.x && at.y === node.at.y) ? node : { ...node, at };
  };
  return { ...graph, agents: graph.agents.map(place), tasks: graph.tasks.map(place) };
}

/** A free place for a node that somebody adds: agents at the end of the row above, tasks after the last one. */
export function freePlace(graph: Graph, kind: "agent" | "task"): Place {
  if (kind === "task") {
    const last = graph.tasks.at(-1);
    if (last !== undefined) return { x: last.at.x + SIZE.task.width + 64, y: last.at.y };
    const bottom = Math.max(...graph.agents.map((agent) => agent.at.y), -SIZE.agent.height - ABOVE);
    return { x: graph.agents[0]?.at.x ?? 0, y: bottom + SIZE.agent.height + ABOVE };
  }
  const right = graph.agents.reduce<Place | undefined>(
    (most, { at }) => (most === undefined || at.x > most.x ? at : most),
    undefined,
  );
  if (right !== undefined) return { x: right.x + SIZE.agent.width + APART, y: right.y };
  const top = Math.min(...graph.tasks.map((task) => task.at.y), 0);
  return { x: graph.tasks[0]?.at.x ?? 0, y: top - SIZE.agent.height - ABOVE };
}

function linesOf(graph: Graph): [string, string][] {
  const tasks = new Set(graph.tasks.map((task) => task.key));
  return graph.tasks.flatMap((task, at) => {
    const before = graph.tasks[at - 1];
    const reads = task.reads ?? (before === undefined ? [] : [before.key]);
    return reads
      .filter((key) => tasks.has(key))
      .map((key): [string, string] => [`task/${key}`, idOf(task)]);
  });
}
