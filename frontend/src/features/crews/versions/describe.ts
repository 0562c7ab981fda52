import type { Schema } from "@/api/types";
import { AGENT_TABS, CREW_TABS, TASK_TABS } from "@/features/crews/inspector/fields";
import { type Config, isMapping } from "@/features/crews/model/graph";

type Change = Schema<"Change">;

export interface Line {
  /** The field, or what happened to the whole. */
  what: string;
  before?: string;
  after?: string;
}

/** The changes of one agent, one task, or the crew. */
export interface Told {
  about: string;
  lines: Line[];
}

const LABELS = {
  agent: labels(AGENT_TABS),
  task: labels(TASK_TABS),
  crew: labels(CREW_TABS),
};
const PLACES: Record<string, "agent" | "task"> = { agents_yaml: "agent", tasks_yaml: "task" };

/** Changes in the order of the server, gathered by what they are about; moves on the canvas are one line. */
export function toldChanges(changes: Change[]): Told[] {
  const told = new Map<string, Line[]>();
  const say = (about: string, line: Line) => {
    told.set(about, [...(told.get(about) ?? []), line]);
  };
  let moves = 0;
  for (const change of changes) {
    const [place, key, ...rest] = change.path.split("/").slice(1).map(unescaped);
    const kind = place === undefined ? undefined : PLACES[place];
    if (place === "layout" || (place === "nodes" && rest[0] === "position")) {
      moves += 1;
    } else if (kind !== undefined) {
      tell(say, change, kind, key, rest);
    } else if (place === "nodes" || place === "edges") {
      tellOfCanvas(say, change, place, key, rest);
    } else {
      say("Crew", lineOf(change, LABELS.crew[place ?? ""] ?? place ?? "All of it"));
    }
  }
  if (moves > 0) say("Canvas", { what: "Nodes stand in other places" });
  return [...told].map(([about, lines]) => ({ about, lines }));
}

type Say = (about: string, line: Line) => void;

function tell(
  say: Say,
  change: Change,
  kind: "agent" | "task",
  key: string | undefined,
  rest: string[],
) {
  const noun = kind === "agent" ? "Agent" : "Task";
  if (key === undefined) {
    say("Crew", lineOf(change, kind === "task" ? "Order of the tasks" : "Order of the agents"));
  } else if (rest[0] === undefined) {
    whole(say, change, `${noun} ${key}`);
  } else {
    const label = LABELS[kind][rest[0]] ?? rest[0];
    say(`${noun} ${key}`, lineOf(change, [label, ...rest.slice(1)].join(" › ")));
  }
}

function tellOfCanvas(
  say: Say,
  change: Change,
  place: string,
  key: string | undefined,
  rest: string[],
) {
  if (key === undefined) {
    say("Canvas", { what: place === "nodes" ? "The order of the nodes changed" : "Lines changed" });
  } else if (place === "edges") {
    const [from, to] = key.split("->");
    const line = to === undefined ? key : [from, to].join(" → ");
    const gone = change.op === "remove";
    say("Lines", { what: gone ? "Removed" : "Drawn", [gone ? "before" : "after"]: line });
  } else if (rest[0] === undefined) {
    whole(say, change, `Node ${key}`);
  } else {
    const field = rest[0] === "data" ? (rest[1] ?? "data") : rest[0];
    const label = LABELS.agent[field] ?? LABELS.task[field] ?? field;
    say(`Node ${key}`, lineOf(change, [label, ...rest.slice(2)].join(" › ")));
  }
}

/** An agent or task that came or went, by the texts that say what it is. */
function whole(say: Say, change: Change, about: string) {
  const added = change.op === "add";
  const value = added ? change.after : change.before;
  say(about, {
    what: added ? "Added" : "Removed",
    [added ? "after" : "before"]: summary(value),
  });
}

function summary(value: unknown): string {
  const config: Config = isMapping(value) && isMapping(value.data) ? value.data : asMapping(value);
  const text = [config.role, config.name, config.goal, config.description].find(
    (one) => typeof one === "string" && one !== "",
  );
  return typeof text === "string" ? text : asText(value);
}

function asMapping(value: unknown): Config {
  return isMapping(value) ? value : {};
}

function lineOf({ op, before, after }: Change, what: string): Line {
  return {
    what,
    ...(op === "add" ? {} : { before: asText(before) }),
    ...(op === "remove" ? {} : { after: asText(after) }),
  };
}

export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === true) return "yes";
  if (value === false) return "no";
  if (value == null) return "nothing";
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) {
    return value.length === 0 ? "none" : value.join(", ");
  }
  return JSON.stringify(value, null, 2);
}

function labels(tabs: typeof AGENT_TABS): Record<string, string> {
  return Object.fromEntries(
    tabs.flatMap((tab) => tab.fields.map(({ name, label }) => [name, label])),
  );
}

function unescaped(step: string): string {
  return step.replace(/~1/g, "/").replace(/~0/g, "~");
}
