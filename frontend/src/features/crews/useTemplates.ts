import { useQueries } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { type Config, textOf, without } from "@/features/crews/model/graph";
import { graphOf } from "@/features/crews/model/read";

export interface Template {
  id: string;
  name: string;
  about: string;
  config: Config;
}

export interface Templates {
  agents: Template[];
  tasks: Template[];
  isPending: boolean;
  /** Reads again what could not be read; undefined when nothing failed. */
  retry: (() => void) | undefined;
}

const FIRST = { params: { query: { limit: 100 } } };
const EXAMPLES = { params: { query: { example: true, limit: 20 } } };
const FRESH_MS = 60_000;

/** The group's saved agents and tasks, then those of the shipped examples; read from when they are wanted. */
export function useTemplates(enabled: boolean): Templates {
  const agents = $api.useQuery("get", "/api/v1/agents", FIRST, { enabled });
  const tasks = $api.useQuery("get", "/api/v1/tasks", FIRST, { enabled });
  const examples = $api.useQuery("get", "/api/v1/crews", EXAMPLES, {
    enabled,
    staleTime: FRESH_MS,
  });
  const crews = useQueries({
    queries: (examples.data?.items ?? []).map(({ id }) =>
      $api.queryOptions("get", "/api/v1/crews/{id}", { params: { path: { id } } }),
    ),
  });
  const all = [agents, tasks, examples, ...crews];
  const failed = all.filter(({ isError }) => isError);
  const graphs = crews.flatMap(({ data }) => (data === undefined ? [] : [graphOf(data)]));
  return {
    agents: [
      ...(agents.data?.items ?? []).map((agent) => saved(agent, "role", "goal")),
      ...graphs.flatMap((graph) =>
        graph.agents.map(({ key, config }) => ({
          id: `${graph.name}/${key}`,
          name: textOf(config, "role"),
          about: textOf(config, "goal"),
          config,
        })),
      ),
    ],
    tasks: [
      ...(tasks.data?.items ?? []).map((task) => saved(task, "name", "description")),
      ...graphs.flatMap((graph) =>
        graph.tasks.map(({ key, config }) => ({
          id: `${graph.name}/${key}`,
          name: textOf(config, "name") || key,
          about: textOf(config, "description"),
          config: { name: key, ...config },
        })),
      ),
    ],
    isPending: all.some(({ isPending }) => isPending),
    retry: failed.length === 0 ? undefined : () => failed.forEach(({ refetch }) => void refetch()),
  };
}

/** Of its fields, those that somebody set: the rest are the server's defaults. */
function saved(row: { id: string; name: string; config: object }, title: string, about: string) {
  const given = without(row.config as Config, ["agent", "context"]);
  const config = Object.fromEntries(Object.entries(given).filter(([, value]) => isSet(value)));
  return {
    id: row.id,
    name: textOf(config, title) || row.name,
    about: textOf(config, about),
    config,
  };
}

function isSet(value: unknown): boolean {
  return value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}
