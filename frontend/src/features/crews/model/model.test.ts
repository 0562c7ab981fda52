import { describe, expect, test } from "vitest";
import { copied, pasted } from "@/features/crews/model/clipboard";
import { crewOfText } from "@/features/crews/model/crewText";
import {
  connected,
  disconnected,
  withAgent,
  withAll,
  withField,
  withKey,
  withoutNodes,
  withSpeakingKeys,
  withTask,
  withTaskMoved,
} from "@/features/crews/model/edits";
import { type Graph, idOf, nodesOf } from "@/features/crews/model/graph";
import { SIZE, tidied } from "@/features/crews/model/layout";
import { troublesOf } from "@/features/crews/model/problems";
import { graphOf } from "@/features/crews/model/read";
import { checkableOf, definitionOf } from "@/features/crews/model/write";

const YAML = {
  process: "sequential",
  agents_yaml: {
    analyst: { role: "Analyst", goal: "Look" },
    writer: { role: "Writer", goal: "Write" },
  },
  tasks_yaml: {
    look: { description: "Look", expected_output: "A list", agent: "analyst" },
    brief: { description: "Tell", expected_output: "A page", agent: "writer", context: ["look"] },
  },
};

function drawn(definition: Record<string, unknown> = YAML): Graph {
  return graphOf({ name: "Brief", description: "", definition });
}

/** Pairs of nodes that cover each other. */
function overlaps(graph: Graph): string[] {
  const boxes = nodesOf(graph).map((node) => ({ id: idOf(node), ...node.at, ...SIZE[node.kind] }));
  return boxes.flatMap((one, at) =>
    boxes
      .slice(at + 1)
      .filter(({ x, y, width, height }) => {
        const beside = x >= one.x + one.width || one.x >= x + width;
        return !beside && y < one.y + one.height && one.y < y + height;
      })
      .map((two) => `${one.id} ${two.id}`),
  );
}

function shapeOf(graph: Graph): { width: number; height: number } {
  const xs = nodesOf(graph).map(({ at }) => at.x);
  const ys = nodesOf(graph).map(({ at }) => at.y);
  const span = (all: number[]) => Math.max(...all) - Math.min(...all);
  return { width: span(xs) + SIZE.task.width, height: span(ys) + SIZE.task.height };
}

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("expected a value");
  return value;
}

describe("the two shapes of a crew", () => {
  test("a YAML crew is saved as it came, with places beside it", () => {
    const { layout, ...rest } = definitionOf(drawn());
    expect(rest).toEqual(YAML);
    expect(layout?.tasks).toHaveProperty("brief");
    expect(Object.keys(rest.tasks_yaml ?? {})).toEqual(["look", "brief"]);
  });

  test("places that were saved are kept", () => {
    const layout = { agents: { analyst: { x: 7, y: 8 } }, tasks: {} };
    expect(drawn({ ...YAML, layout }).agents[0]?.at).toEqual({ x: 7, y: 8 });
  });

  test("a task that names no context reads all before it, and stays so", () => {
    const [look] = drawn().tasks;
    expect(look?.reads).toBeNull();
    expect(definitionOf(drawn()).tasks_yaml?.look).not.toHaveProperty("context");
  });

  test("a canvas stays a canvas, with its lines", () => {
    const nodes = [
      { id: "a", type: "agentNode", data: YAML.agents_yaml.analyst, position: { x: 1, y: 2 } },
      {
        id: "t",
        type: "taskNode",
        data: { label: "Look", description: "d" },
        position: { x: 3, y: 4 },
      },
    ];
    const graph = drawn({ nodes, edges: [{ source: "a", target: "t" }] });
    expect(graph.tasks[0]).toMatchObject({ agent: "a", reads: [], config: { name: "Look" } });
    expect(definitionOf(graph)).toMatchObject({
      nodes: [{ id: "a", position: { x: 1, y: 2 } }, { id: "t" }],
      edges: [{ source: "a", target: "t" }],
    });
  });

  test("what is checked has a node for each, in the same order, and no key twice", () => {
    const [graph] = withTask(drawn(), {}, "writer");
    const ids = checkableOf(graph).nodes?.map((node) => node.id);
    expect(ids).toEqual(["analyst", "writer", "look", "brief", "task/writer"]);
  });
});

describe("drawing", () => {
  test("lines say who does a task and what it reads; circles cannot be drawn", () => {
    const [one] = withTask(drawn(), {}, "check");
    const two = must(connected(one, "agent/writer", "task/check"));
    const three = must(connected(two, "task/brief", "task/check"));
    expect(three.tasks.at(-1)).toMatchObject({ key: "check", agent: "writer", reads: ["brief"] });
    expect(connected(three, "task/check", "task/look")).toBeUndefined();
    expect(connected(three, "agent/writer", "agent/analyst")).toBeUndefined();
    expect(disconnected(three, "task/brief", "task/check").tasks.at(-1)?.reads).toEqual([]);
  });

  test("a task comes after what it reads", () => {
    const [one] = withTask(drawn(), {}, "first");
    const two = must(connected(one, "task/first", "task/look"));
    expect(two.tasks.map((task) => task.key)).toEqual(["first", "look", "brief"]);
    expect(withTaskMoved(two, "first", 1)).toBe(two);
  });

  test("deleting a node takes its lines along", () => {
    const graph = withoutNodes(drawn(), new Set(["agent/writer", "task/look"]));
    expect(graph.tasks).toMatchObject([{ key: "brief", agent: null, reads: [] }]);
  });

  test("another key is known to all that name it, and a taken one is refused", () => {
    const graph = must(withKey(drawn(), "task/look", "search"));
    expect(graph.tasks[1]?.reads).toEqual(["search"]);
    expect(withKey(graph, "task/search", "brief")).toBeUndefined();
    expect(withKey(graph, "task/search", " x")).toBeUndefined();
  });

  test("new nodes are named after what they are when they are saved", () => {
    const [one, id] = withAgent(drawn(), {}, "agent");
    const two = withField(one, id, "role", "Fact checker");
    expect(withSpeakingKeys(two, drawn()).agents.at(-1)?.key).toBe("fact_checker");
    expect(withSpeakingKeys(drawn(), drawn()).agents[0]?.key).toBe("analyst");
  });

  test.each([1, 6, 20, 60])("%i agents more are put in rows, none upon another", (more) => {
    let graph = drawn();
    for (let at = 0; at < more; at += 1) [graph] = withAgent(graph, {}, "agent");
    for (const shown of [graph, tidied(graph)]) {
      expect(overlaps(shown)).toEqual([]);
      expect(shapeOf(shown).width).toBeLessThanOrEqual(7 * 320);
    }
  });

  test("a long row of tasks goes on below, with the agents of each line above it", () => {
    let graph = drawn();
    for (let at = 0; at < 24; at += 1) {
      const [next, task] = withTask(graph, {}, "task");
      const [last, agent] = withAgent(next, {}, "agent");
      graph = must(connected(last, agent, task));
    }
    const tidy = tidied(graph);
    expect(overlaps(tidy)).toEqual([]);
    expect(shapeOf(tidy).width).toBeLessThan(2 * shapeOf(tidy).height);
    for (const task of tidy.tasks) {
      const agent = tidy.agents.find(({ key }) => key === task.agent);
      expect(agent?.at.y ?? 0).toBeLessThan(task.at.y);
    }
  });

  test("a small crew stands in two rows, each agent above what it does", () => {
    const { agents, tasks } = tidied(drawn());
    expect(new Set(tasks.map(({ at }) => at.y)).size).toBe(1);
    expect(new Set(agents.map(({ at }) => at.y)).size).toBe(1);
    expect(agents.map(({ at }) => at.x)).toEqual(tasks.map(({ at }) => at.x + 12));
  });
});

describe("the clipboard", () => {
  test("copied nodes keep the lines between them under new keys", () => {
    const graph = drawn();
    const text = must(copied(graph, new Set(nodesOf(graph).map(idOf))));
    const [joined] = withAll(graph, must(pasted(text)), { x: 10, y: 10 });
    expect(joined.tasks.at(-1)).toMatchObject({
      key: "brief_2",
      agent: "writer_2",
      reads: ["look_2"],
    });
  });

  test("a task that is copied alone stays with its agent", () => {
    const text = must(copied(drawn(), new Set(["task/brief"])));
    const [joined] = withAll(drawn(), must(pasted(text)), { x: 0, y: 0 });
    expect(joined.tasks.at(-1)).toMatchObject({ agent: "writer", reads: ["look"] });
  });

  test("the YAML of a CrewAI project is a drawing, whole or in halves", () => {
    const agents = "analyst:\n  role: Analyst\n  goal: Look\n";
    expect(crewOfText(agents)).toMatchObject({ agents: [{ key: "analyst" }], tasks: [] });
    const both = `agents:\n  a: {role: A, goal: B}\ntasks:\n  t: {description: D, expected_output: E, agent: a}\n`;
    expect(crewOfText(both)).toMatchObject({ tasks: [{ key: "t", agent: "a" }] });
    expect(crewOfText("just words")).toMatch(/Expected agents/);
    expect(crewOfText("a: &x [*x")).toMatch(/not readable/);
  });
});

test("the server's pointers become nodes and fields in either shape", () => {
  const graph = drawn();
  const errors = [
    { pointer: "/nodes/3/data/tools/0", code: "", message: "one" },
    { pointer: "/process", code: "", message: "two" },
  ];
  expect(troublesOf(graph, { errors, below: "" })).toEqual([
    { id: "task/brief", path: ["tools", "0"], message: "one" },
    { id: undefined, path: ["process"], message: "two" },
  ]);
  const refused = [{ pointer: "/definition/agents_yaml/a~1b/role", code: "", message: "three" }];
  expect(troublesOf(graph, { errors: refused, below: "/definition" })).toEqual([
    { id: "agent/a/b", path: ["role"], message: "three" },
  ]);
});
