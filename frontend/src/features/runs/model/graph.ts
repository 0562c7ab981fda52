import dagre from "@dagrejs/dagre";
import type { Schema } from "@/api/types";
import type { Task, TaskNow } from "@/features/runs/model/live";

/** One box of the picture of a run: a task of a crew, or a node of a flow. */
export interface Box {
  key: string;
  title: string;
  subtitle: string;
  status: string;
  startedAt: string | null;
  finishedAt: string | null;
  recalled: number;
  saved: number;
  /** The run behind it, for a node of a flow. */
  runId: string | undefined;
}

export interface Line {
  from: string;
  to: string;
}

export interface Picture {
  boxes: Box[];
  lines: Line[];
}

type Plan = Schema<"ExecutionPlanRead">;

/** What a crew does: its tasks, and which reads the output of which. What events tell is newer than what was read. */
export function crewPicture(plan: Plan, tasks: Task[], now: ReadonlyMap<string, TaskNow>): Picture {
  const read = new Map(tasks.map((task) => [task.key, task]));
  const roles = new Map(plan.agents.map(({ key, role }) => [key, role]));
  const boxes = plan.tasks.map((task): Box => {
    const known = read.get(task.key);
    const live = now.get(task.key);
    return {
      key: task.key,
      title: task.name,
      subtitle:
        task.agent === null ? "whom the manager chooses" : (roles.get(task.agent) ?? task.agent),
      status: live?.status ?? known?.status ?? "PENDING",
      startedAt: live?.startedAt ?? known?.started_at ?? null,
      finishedAt: live === undefined ? (known?.finished_at ?? null) : live.finishedAt,
      recalled: live?.recalled ?? 0,
      saved: Math.max(live?.saved ?? 0, known?.memory?.records ?? 0),
      runId: undefined,
    };
  });
  const lines = plan.tasks.flatMap((task) => task.context.map((from) => ({ from, to: task.key })));
  return { boxes, lines };
}

interface FlowShape {
  nodes?: Record<string, { kind?: string; name?: string }>;
  edges?: { from: string; to: string }[];
}

export function flowPicture(plan: Plan, nodes: Schema<"FlowNodeRead">[]): Picture {
  const shape = (plan.flow ?? {}) as FlowShape;
  const read = new Map(nodes.map((node) => [node.key, node]));
  const boxes = Object.entries(shape.nodes ?? {}).map(([key, { kind }]): Box => {
    const known = read.get(key);
    return {
      key,
      title: key,
      subtitle: kind ?? known?.kind ?? "",
      status: known?.status.toUpperCase() ?? "PENDING",
      startedAt: known?.started_at ?? null,
      finishedAt: known?.finished_at ?? null,
      recalled: 0,
      saved: 0,
      runId: known?.execution_id ?? undefined,
    };
  });
  return { boxes, lines: shape.edges ?? [] };
}

export const BOX = { width: 248, height: 116 };

export interface Place {
  x: number;
  y: number;
}

/** Where each box stands: what comes later stands below. */
export function placesOf({ boxes, lines }: Picture): Map<string, Place> {
  const graph = new dagre.graphlib.Graph();
  // Where few lines pass by a box they go around it; many would tear the picture apart.
  const around = lines.length <= boxes.length + 1 ? BOX.width : 20;
  graph.setGraph({ rankdir: "TB", nodesep: 28, edgesep: around, ranksep: 44 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { key } of boxes) graph.setNode(nodeOf(key), { ...BOX });
  for (const { from, to } of ordered(boxes, lines)) graph.setEdge(nodeOf(from), nodeOf(to));
  dagre.layout(graph);
  return new Map(
    boxes.map(({ key }) => {
      const { x = 0, y = 0 } = graph.node(nodeOf(key)) as Partial<Place>;
      return [key, { x: x - BOX.width / 2, y: y - BOX.height / 2 }];
    }),
  );
}

/** dagre 3 takes a task called "constructor" for one that is there already: it looks names up in plain objects. */
function nodeOf(key: string): string {
  return `/${key}`;
}

/** Tasks without any line run one after the other too: they are placed so, without a line being drawn. */
function ordered(boxes: Box[], lines: Line[]): Line[] {
  const tied = new Set(lines.flatMap(({ from, to }) => [from, to]));
  const extra: Line[] = [];
  boxes.forEach((box, index) => {
    const before = boxes[index - 1];
    if (before !== undefined && !tied.has(box.key)) extra.push({ from: before.key, to: box.key });
  });
  return [...lines, ...extra];
}
