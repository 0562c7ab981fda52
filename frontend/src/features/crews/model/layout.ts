import { Graph as Drawing, layout } from "@dagrejs/dagre";
import { type Graph, idOf, type Place } from "@/features/crews/model/graph";

export const SIZE = {
  agent: { width: 216, height: 88 },
  task: { width: 240, height: 108 },
} as const;

const APART = 32;
const BETWEEN = 64;
const ABOVE = 72;
/** Tasks one after another before they go on below, as lines of a text do. */
const ACROSS = 7;
/** Agents side by side before the next ones stand above them. */
const ROW = 6;
/** So far an agent may stand from what it does before it goes to another row. */
const ASIDE = SIZE.agent.width;

/** Tasks from left to right along the work, agents in rows above what they do. */
export function tidyPlaces(graph: Graph): Map<string, Place> {
  const places = new Map<string, Place>();
  let top = 0;
  for (const [at, band] of bandsOf(graph).entries()) {
    const rows = rowsOf(band.agents, widthOf(band));
    if (at > 0) top += rows.length === 0 ? BETWEEN : ABOVE + rows.length * STEP.y;
    for (const [row, agents] of rows.entries()) {
      const y = top - ABOVE - SIZE.agent.height - row * STEP.y;
      for (const { id, x } of agents) places.set(id, { x, y });
    }
    for (const { id, x, y } of band.tasks) places.set(id, { x, y: top + y });
    top += Math.max(0, ...band.tasks.map(({ y }) => y + SIZE.task.height));
  }
  return places;
}

const STEP = { x: SIZE.agent.width + APART, y: SIZE.agent.height + APART };

interface Placed {
  id: string;
  x: number;
}

interface Band {
  tasks: (Placed & { y: number })[];
  /** Each with the place above its tasks; without any where it has none. */
  agents: { id: string; wanted: number | undefined }[];
}

/** The work in lines of so many steps, each agent with the first line that needs it. */
function bandsOf(graph: Graph): Band[] {
  const lines = linesOf(graph);
  const joined = new Set(lines.flat());
  const ids = graph.tasks.map(idOf);
  const together = ids.filter((id) => joined.has(id));
  const alone = ids.filter((id) => !joined.has(id));
  const work = [...bandsOfWork(workPlaces(together, lines)), ...bandsOfAlone(alone)];
  const bands = work.length === 0 ? [{ tasks: [], agents: [] }] : work;
  for (const agent of graph.agents) {
    const own = new Set(graph.tasks.filter((task) => task.agent === agent.key).map(idOf));
    const band = bands.find(({ tasks }) => tasks.some(({ id }) => own.has(id))) ?? bands[0];
    const xs = (band?.tasks ?? []).filter(({ id }) => own.has(id)).map(({ x }) => x);
    const middle = xs.reduce((sum, x) => sum + x, 0) / xs.length + SIZE.task.width / 2;
    const wanted = xs.length === 0 ? undefined : Math.round(middle - SIZE.agent.width / 2);
    band?.agents.push({ id: idOf(agent), wanted });
  }
  return bands;
}

function bandsOfWork(places: ReadonlyMap<string, Place>): Band[] {
  const steps = [...new Set([...places.values()].map(({ x }) => x))].sort((one, two) => one - two);
  return inLines(steps).map((line) => {
    const begin = line[0] ?? 0;
    const found = [...places].filter(([, { x }]) => line.includes(x));
    const top = Math.min(...found.map(([, { y }]) => y));
    return { tasks: found.map(([id, { x, y }]) => ({ id, x: x - begin, y: y - top })), agents: [] };
  });
}

/** What neither reads nor is read stands in the order in which it runs. */
function bandsOfAlone(ids: string[]): Band[] {
  return inLines(ids).map((line) => ({
    tasks: line.map((id, at) => ({ id, x: at * (SIZE.task.width + BETWEEN), y: 0 })),
    agents: [],
  }));
}

/** As few lines as may be, none much shorter than the others. */
function inLines<Item>(items: Item[]): Item[][] {
  const count = Math.ceil(items.length / ACROSS);
  const across = Math.ceil(items.length / count);
  return Array.from({ length: count }, (_, at) => items.slice(at * across, (at + 1) * across));
}

/** As wide as its tasks, and wide enough that its agents make a few rows, not a tower. */
function widthOf({ tasks, agents }: Band): number {
  const work = Math.max(0, ...tasks.map(({ x }) => x + SIZE.task.width));
  const columns = Math.min(ROW, Math.ceil(Math.sqrt(agents.length * 2)));
  return Math.max(work, columns * STEP.x - APART);
}

/** Nearest to the tasks first. */
function rowsOf(agents: Band["agents"], width: number): Placed[][] {
  const rows: Placed[][] = [];
  const freeIn = (row: Placed[]) => (row.at(-1)?.x ?? -STEP.x) + STEP.x;
  const fits = (x: number) => x + SIZE.agent.width <= width;
  const sorted = agents.toSorted((one, two) => order(one.wanted, two.wanted));
  for (const { id, wanted } of sorted) {
    const near = (row: Placed[]) =>
      fits(freeIn(row)) && (wanted === undefined || freeIn(row) - wanted <= ASIDE);
    let row = rows.find(near);
    if (row === undefined) rows.push((row = []));
    const x = Math.max(freeIn(row), Math.min(wanted ?? 0, width - SIZE.agent.width));
    row.push({ id, x });
  }
  return rows;
}

function order(one = Infinity, two = Infinity): number {
  return one === two ? 0 : one - two;
}

/** Where few lines pass by a task they go around it; many would tear the drawing apart. */
function aroundOf(ids: string[], lines: [string, string][]): number {
  return lines.length <= ids.length + 1 ? SIZE.task.height : APART;
}

function workPlaces(ids: string[], lines: [string, string][]): Map<string, Place> {
  const drawing = new Drawing();
  drawing.setGraph({
    rankdir: "LR",
    nodesep: APART,
    edgesep: aroundOf(ids, lines),
    ranksep: BETWEEN,
  });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) drawing.setNode(id, { ...SIZE.task });
  for (const [source, target] of lines) drawing.setEdge(source, target);
  layout(drawing);
  const { width, height } = SIZE.task;
  return new Map(
    ids.map((id) => {
      const { x, y } = drawing.node(id) as Place;
      return [id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
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

/** A free place for a node that somebody adds: agents at the end of the row on top, tasks after the last one. */
export function freePlace(graph: Graph, kind: "agent" | "task"): Place {
  const xs = graph.agents.map(({ at }) => at.x);
  const ys = graph.agents.map(({ at }) => at.y);
  if (kind === "task") {
    const last = graph.tasks.at(-1);
    if (last !== undefined) return { x: last.at.x + SIZE.task.width + BETWEEN, y: last.at.y };
    const bottom = Math.max(...ys, -SIZE.agent.height - ABOVE);
    return { x: graph.agents[0]?.at.x ?? 0, y: bottom + SIZE.agent.height + ABOVE };
  }
  if (graph.agents.length === 0) {
    const top = Math.min(...graph.tasks.map((task) => task.at.y), 0);
    return { x: graph.tasks[0]?.at.x ?? 0, y: top - SIZE.agent.height - ABOVE };
  }
  const top = Math.min(...ys);
  const row = graph.agents.filter(({ at }) => at.y < top + STEP.y).map(({ at }) => at.x);
  if (row.length >= ROW) return { x: Math.min(...xs), y: top - STEP.y };
  return { x: Math.max(...row) + STEP.x, y: top };
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
