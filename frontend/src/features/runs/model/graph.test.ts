import { expect, test } from "vitest";
import type { Schema } from "@/api/types";
import { crewPicture, placesOf } from "@/features/runs/model/graph";

function planned(key: string, context: string[]): Schema<"PlannedTask"> {
  return {
    key,
    index: 0,
    name: key,
    description: "",
    expected_output: "",
    agent: "analyst",
    context,
    tools: [],
    async_execution: false,
    approval: null,
  };
}

const PLAN: Schema<"ExecutionPlanRead"> = {
  process: "sequential",
  agents: [
    { key: "analyst", role: "Market analyst", goal: "", model: "m", tools: [], memory: true },
  ],
  tasks: [planned("figures", []), planned("drivers", []), planned("brief", ["figures", "drivers"])],
  budget: null,
  notes: null,
  flow: null,
};

test("a task stands below those whose outputs it reads", () => {
  const picture = crewPicture(PLAN, [], new Map());
  expect(picture.lines).toEqual([
    { from: "figures", to: "brief" },
    { from: "drivers", to: "brief" },
  ]);
  const places = placesOf(picture);
  const y = (key: string) => places.get(key)?.y ?? Number.NaN;
  expect(y("brief")).toBeGreaterThan(Math.max(y("figures"), y("drivers")));
});

test("what events tell is newer than what was read", () => {
  const now = new Map([
    [
      "figures",
      {
        status: "RUNNING",
        startedAt: "2026-06-15T12:00:00Z",
        finishedAt: null,
        text: "",
        recalled: 2,
        saved: 0,
        attempts: 2,
      },
    ],
  ]);
  const box = crewPicture(PLAN, [], now).boxes[0];
  expect(box).toMatchObject({ status: "RUNNING", recalled: 2, subtitle: "Market analyst" });
});

test("a task may be called what every object has", () => {
  const box = crewPicture(PLAN, [], new Map()).boxes[0];
  if (box === undefined) throw new Error("the plan has tasks");
  const boxes = ["constructor", "toString"].map((key) => ({ ...box, key }));
  const places = placesOf({ boxes, lines: [{ from: "constructor", to: "toString" }] });
  expect(places.get("toString")?.y).toBeGreaterThan(places.get("constructor")?.y ?? Number.NaN);
});
