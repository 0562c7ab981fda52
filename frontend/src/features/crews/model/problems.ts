import type { FieldProblem } from "@/api/problem";
import { type Graph, idOf, nodesOf } from "@/features/crews/model/graph";

/** What the server says about one field. */
export interface Trouble {
  /** Of a node; undefined is the crew itself. */
  id: string | undefined;
  /** The field, and where in it: ["tools", "0"]. */
  path: string[];
  message: string;
}

/** What the server said, and what its pointers begin with. */
export interface Found {
  errors: FieldProblem[];
  below: string;
}

/** Pointers of either shape of a definition, as nodes and fields. */
export function troublesOf(graph: Graph, { errors, below: prefix }: Found): Trouble[] {
  const nodes = nodesOf(graph);
  return errors.map(({ pointer, message }) => {
    const below = pointer.startsWith(prefix) ? pointer.slice(prefix.length) : pointer;
    const steps = below.split("/").slice(1).map(unescaped);
    const [place, name, ...rest] = steps;
    if (place === "nodes" && name !== undefined) {
      const node = nodes[Number(name)];
      const path = rest[0] === "data" ? rest.slice(1) : rest;
      return { id: node === undefined ? undefined : idOf(node), path: renamed(path), message };
    }
    if (place === "agents_yaml" && name !== undefined)
      return { id: `agent/${name}`, path: rest, message };
    if (place === "tasks_yaml" && name !== undefined)
      return { id: `task/${name}`, path: rest, message };
    return { id: undefined, path: steps, message };
  });
}

/** A task's name is its label on a canvas. */
function renamed(path: string[]): string[] {
  return path[0] === "label" ? ["name", ...path.slice(1)] : path;
}

export function troubleAt(
  troubles: Trouble[],
  id: string | undefined,
  field: string,
): string | undefined {
  return troubles.find((one) => one.id === id && one.path[0] === field)?.message;
}

function unescaped(step: string): string {
  return step.replace(/~1/g, "/").replace(/~0/g, "~");
}

/** Below a place inside a field: the first check of "guardrails", for example. */
export function troubleIn(
  troubles: Trouble[],
  id: string | undefined,
  place: string[],
): string | undefined {
  const found = troubles.find(
    (one) => one.id === id && place.every((step, at) => one.path[at] === step),
  );
  return found?.message;
}
