import { expect, test } from "vitest";
import { flowEdges, flowNodes } from "@/features/crews/canvas/flow";
import { moved } from "@/features/crews/model/layout";
import { graphOf } from "@/features/crews/model/read";

const GRAPH = graphOf({
  name: "Prices",
  description: "",
  definition: {
    agents_yaml: { analyst: { role: "Analyst" } },
    tasks_yaml: {
      look: { description: "Look", agent: "analyst" },
      tell: { description: "Tell", agent: "analyst", context: ["look"] },
    },
  },
});
const NOTHING = new Set<string>();

test("a node that only moves or is chosen keeps what is drawn in it", () => {
  const before = flowNodes(GRAPH, [], [], []);
  const next = moved(GRAPH, new Map([["task/look", { x: 900, y: 0 }]]));
  const after = flowNodes(next, [], ["task/tell"], before);
  expect(after.map(({ data }, at) => data === before[at]?.data)).toEqual([true, true, true]);
  expect(after.map((node, at) => node === before[at])).toEqual([true, false, false]);
  expect(after[1]?.position).toEqual({ x: 900, y: 0 });
  expect(after[2]?.selected).toBe(true);
});

test("a node whose fields change is drawn anew", () => {
  const before = flowNodes(GRAPH, [], [], []);
  const renamed = GRAPH.agents.map((agent) => ({ ...agent, config: { role: "Writer" } }));
  const after = flowNodes({ ...GRAPH, agents: renamed }, [], [], before);
  expect(after[0]?.data).toMatchObject({ name: "Writer" });
  // Tasks say who does them.
  expect(after[1]?.data).toMatchObject({ agentName: "Writer" });
});

test("lines stay the same objects until one is chosen or means something else", () => {
  const before = flowEdges(GRAPH, NOTHING, []);
  expect(flowEdges(GRAPH, NOTHING, before).map((edge, at) => edge === before[at])).toEqual([
    true,
    true,
    true,
  ]);
  const after = flowEdges(GRAPH, new Set(["task/look->task/tell"]), before);
  expect(after.map((edge, at) => edge === before[at])).toEqual([true, true, false]);
});
