import { expect, test } from "vitest";
import { toldChanges } from "@/features/crews/versions/describe";

test("changes are told by what they are about, in the words of the inspector", () => {
  const told = toldChanges([
    { op: "replace", path: "/agents_yaml/analyst/goal", before: "Look", after: "Find" },
    { op: "add", path: "/agents_yaml/analyst/allow_delegation", before: null, after: true },
    { op: "remove", path: "/tasks_yaml/old", before: { description: "Do it" }, after: null },
    { op: "replace", path: "/tasks_yaml/brief/context", before: ["a"], after: [] },
    { op: "replace", path: "/process", before: "sequential", after: "hierarchical" },
    { op: "replace", path: "/layout/tasks/brief/x", before: 1, after: 2 },
    { op: "replace", path: "/layout/tasks/brief/y", before: 1, after: 2 },
  ]);
  expect(told).toEqual([
    {
      about: "Agent analyst",
      lines: [
        { what: "Goal", before: "Look", after: "Find" },
        { what: "May delegate", after: "yes" },
      ],
    },
    { about: "Task old", lines: [{ what: "Removed", before: "Do it" }] },
    { about: "Task brief", lines: [{ what: "Reads the answers of", before: "a", after: "none" }] },
    { about: "Crew", lines: [{ what: "Process", before: "sequential", after: "hierarchical" }] },
    { about: "Canvas", lines: [{ what: "Nodes stand in other places" }] },
  ]);
});

test("lines and nodes of a canvas are told too", () => {
  const told = toldChanges([
    { op: "add", path: "/edges/a->t", before: null, after: {} },
    { op: "replace", path: "/nodes/a/data/role", before: "A", after: "B" },
    { op: "replace", path: "/nodes/a/position/x", before: 1, after: 2 },
  ]);
  expect(told).toEqual([
    { about: "Lines", lines: [{ what: "Drawn", after: "a → t" }] },
    { about: "Node a", lines: [{ what: "Role", before: "A", after: "B" }] },
    { about: "Canvas", lines: [{ what: "Nodes stand in other places" }] },
  ]);
});
