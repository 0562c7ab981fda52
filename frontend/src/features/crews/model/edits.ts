/** Changes of a drawing. Each gives a new one and leaves the old as it was. */
import {
  type Agent,
  type Config,
  type Graph,
  idOf,
  type Kind,
  nodeOf,
  nodesOf,
  type Place,
  type Task,
  textOf,
  withValue,
} from "@/features/crews/model/graph";
import { freePlace } from "@/features/crews/model/layout";
import { inOrder, mayRead } from "@/features/crews/model/order";

const KEY = /^[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,119}$/;

/** A key made of a name, different from all others of its kind. */
export function freeKey(graph: Graph, kind: Kind, name: string): string {
  const taken = new Set((kind === "agent" ? graph.agents : graph.tasks).map((node) => node.key));
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 40);
  const base = KEY.test(words) ? words : kind;
  if (!taken.has(base)) return base;
  for (let number = 2; ; number += 1) {
    if (!taken.has(`${base}_${number}`)) return `${base}_${number}`;
  }
}

export function withAgent(graph: Graph, config: Config, name: string, at?: Place): [Graph, string] {
  const key = freeKey(graph, "agent", name);
  const agent: Agent = {
    kind: "agent",
    key,
    leads: false,
    config,
    at: at ?? freePlace(graph, "agent"),
  };
  return [{ ...graph, agents: [...graph.agents, agent] }, idOf(agent)];
}

export function withTask(graph: Graph, config: Config, name: string, at?: Place): [Graph, string] {
  const key = freeKey(graph, "task", name);
  // What is drawn is what is meant: a new task reads nothing until a line is drawn to it.
  const task: Task = {
    kind: "task",
    key,
    config,
    agent: null,
    reads: [],
    at: at ?? freePlace(graph, "task"),
  };
  return [{ ...graph, tasks: [...graph.tasks, task] }, idOf(task)];
}

/** undefined takes the field away: the server's default holds. */
export function withField(graph: Graph, id: string, field: string, value: unknown): Graph {
  return mapNode(graph, id, (node) => ({ ...node, config: withValue(node.config, field, value) }));
}

export function withSetting(graph: Graph, field: string, value: unknown): Graph {
  return { ...graph, settings: withValue(graph.settings, field, value) };
}

export function withAgentOf(graph: Graph, task: string, agent: string | null): Graph {
  return mapTasks(graph, (one) => (one.key === task ? { ...one, agent } : one));
}

/** null: all before it. Tasks that would wait for themselves are left out. */
export function withReads(graph: Graph, task: string, reads: string[] | null): Graph {
  const kept = reads?.filter((key) => mayRead(graph.tasks, task, key)) ?? null;
  return mapTasks(graph, (one) => (one.key === task ? { ...one, reads: kept } : one));
}

/** What a line from one node to another means; undefined where it means nothing. */
export function connected(graph: Graph, source: string, target: string): Graph | undefined {
  const from = nodeOf(graph, source);
  const to = nodeOf(graph, target);
  if (from === undefined || to?.kind !== "task" || from === to) return undefined;
  if (from.kind === "agent") {
    return from.leads || to.agent === from.key ? undefined : withAgentOf(graph, to.key, from.key);
  }
  if (to.reads?.includes(from.key) === true || !mayRead(graph.tasks, to.key, from.key)) {
    return undefined;
  }
  return withReads(graph, to.key, [...(to.reads ?? []), from.key]);
}

export function disconnected(graph: Graph, source: string, target: string): Graph {
  const from = nodeOf(graph, source);
  const to = nodeOf(graph, target);
  if (from === undefined || to?.kind !== "task") return graph;
  if (from.kind === "agent") return withAgentOf(graph, to.key, null);
  return withReads(graph, to.key, to.reads?.filter((key) => key !== from.key) ?? []);
}

export function withoutNodes(graph: Graph, ids: ReadonlySet<string>): Graph {
  const gone = (node: Agent | Task) => ids.has(idOf(node));
  return mapTasks(
    {
      ...graph,
      agents: graph.agents.filter((agent) => !gone(agent)),
      tasks: graph.tasks.filter((task) => !gone(task)),
    },
    (task) => ({
      ...task,
      agent: task.agent !== null && ids.has(`agent/${task.agent}`) ? null : task.agent,
      reads: task.reads?.filter((key) => !ids.has(`task/${key}`)) ?? null,
    }),
  );
}

/** undefined when the key cannot be had. */
export function withKey(graph: Graph, id: string, key: string): Graph | undefined {
  const node = nodeOf(graph, id);
  if (node === undefined || !KEY.test(key)) return undefined;
  if (nodeOf(graph, idOf({ kind: node.kind, key })) !== undefined) return undefined;
  const renamed = mapNode(graph, id, (one) => ({ ...one, key }));
  return mapTasks(renamed, (task) =>
    node.kind === "agent"
      ? { ...task, agent: task.agent === node.key ? key : task.agent }
      : { ...task, reads: task.reads?.map((one) => (one === node.key ? key : one)) ?? null },
  );
}

const PROVISIONAL = /^(agent|task)(_\d+)?$/;

/** Nodes that were never saved get keys after their names, so that files read well. */
export function withSpeakingKeys(graph: Graph, saved: Graph): Graph {
  return nodesOf(graph).reduce((next, node) => {
    const name = textOf(node.config, node.kind === "agent" ? "role" : "name");
    const isNew = PROVISIONAL.test(node.key) && nodeOf(saved, idOf(node)) === undefined;
    if (!isNew || name === "") return next;
    return withKey(next, idOf(node), freeKey(next, node.kind, name)) ?? next;
  }, graph);
}

/** One place earlier (-1) or later (1) in the order in which tasks run, as far as what they read allows it. */
export function withTaskMoved(graph: Graph, key: string, by: -1 | 1): Graph {
  const at = graph.tasks.findIndex((task) => task.key === key);
  const task = graph.tasks[at];
  const other = graph.tasks[at + by];
  if (task === undefined || other === undefined) return graph;
  const tasks = [...graph.tasks];
  tasks[at] = other;
  tasks[at + by] = task;
  return inOrder(tasks) === tasks ? { ...graph, tasks } : graph;
}

/** All of another drawing beside what is here, with keys of its own where they are taken. */
export function withAll(graph: Graph, other: Graph, by: Place): [Graph, string[]] {
  const keys = new Map<string, string>();
  let joined = graph;
  const added: string[] = [];
  for (const agent of other.agents) {
    const [next, id] = withAgent(joined, agent.config, agent.key, shifted(agent.at, by));
    joined = next;
    added.push(id);
    keys.set(idOf(agent), id.slice("agent/".length));
  }
  for (const task of other.tasks) {
    const [next, id] = withTask(joined, task.config, task.key, shifted(task.at, by));
    joined = next;
    added.push(id);
    keys.set(idOf(task), id.slice("task/".length));
  }
  const own = new Set(added);
  const tasks = joined.tasks.map((task, at) => {
    if (!own.has(idOf(task))) return task;
    const source = other.tasks[at - graph.tasks.length];
    return {
      ...task,
      agent: agentWithin(joined, source, keys),
      reads: readsWithin(joined, source, keys),
    };
  });
  return [{ ...joined, tasks: inOrder(tasks) }, added];
}

/** What was not taken along is what has the same key here, if anything. */
function agentWithin(graph: Graph, task: Task | undefined, keys: ReadonlyMap<string, string>) {
  if (task === undefined || task.agent === null) return null;
  const here = graph.agents.some((agent) => agent.key === task.agent) ? task.agent : null;
  return keys.get(`agent/${task.agent}`) ?? here;
}

function readsWithin(graph: Graph, task: Task | undefined, keys: ReadonlyMap<string, string>) {
  if (task === undefined || task.reads === null) return null;
  const here = new Set(graph.tasks.map((one) => one.key));
  return task.reads.flatMap((key) => keys.get(`task/${key}`) ?? (here.has(key) ? [key] : []));
}

function shifted(at: Place, by: Place): Place {
  return { x: at.x + by.x, y: at.y + by.y };
}

function mapNode(
  graph: Graph,
  id: string,
  change: <Node extends Agent | Task>(node: Node) => Node,
): Graph {
  const map = <Node extends Agent | Task>(node: Node) => (idOf(node) === id ? change(node) : node);
  return { ...graph, agents: graph.agents.map(map), tasks: graph.tasks.map(map) };
}

function mapTasks(graph: Graph, change: (task: Task) => Task): Graph {
  return { ...graph, tasks: inOrder(graph.tasks.map(change)) };
}
