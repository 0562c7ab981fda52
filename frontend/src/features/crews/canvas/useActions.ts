import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { useEditing } from "@/features/crews/drawing";
import { withAgent, withAll, withoutNodes, withTask } from "@/features/crews/model/edits";
import {
  type Config,
  type Graph,
  idOf,
  nodeOf,
  nodesOf,
  type Place,
  textOf,
} from "@/features/crews/model/graph";
import { tidied } from "@/features/crews/model/layout";

export interface Actions {
  addAgent: (config?: Config) => void;
  addTask: (config?: Config) => void;
  /** Everything of another drawing, beside what is here. */
  join: (other: Graph, by: Place) => void;
  remove: () => void;
  duplicate: () => void;
  tidy: () => void;
  undo: () => void;
  redo: () => void;
  selectAll: () => void;
}

/** Focus goes where the next words belong. */
const FIELDS = "[data-fields] :is(input, textarea):not([disabled])";

function focusFields() {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(FIELDS)?.focus());
}

/** And from a field back to the node on the canvas. */
export function focusNode(id: string | undefined) {
  const at =
    id === undefined ? ".react-flow__pane" : `.react-flow__node[data-id="${CSS.escape(id)}"]`;
  const found = document.querySelector<HTMLElement>(at);
  if (found !== null) found.focus({ preventScroll: true });
  else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

const NEW_AGENT: Config = { role: "", goal: "" };
const NEW_TASK: Config = { description: "", expected_output: "" };

/** What the bar, the keys and the palette do to the drawing. */
export function useActions(): Actions {
  const { store } = useEditing();
  const { fitView } = useReactFlow();
  return useMemo(() => {
    const { edit, select } = store.getState();
    const show = (ids?: string[]) => {
      const nodes = ids?.map((id) => ({ id }));
      const options = { padding: 0.16, maxZoom: 1, duration: 120 };
      // After the nodes are drawn.
      requestAnimationFrame(() => void fitView(nodes ? { ...options, nodes } : options));
    };
    const all = () => nodesOf(store.getState().graph).map(idOf);

    function add(make: typeof withAgent, config: Config, name: string) {
      let added = "";
      const chosen = nodeOf(store.getState().graph, store.getState().selected[0]);
      edit((graph) => {
        const [next, id] = make(graph, config, name);
        added = id;
        // A task that is added while an agent is chosen is for that agent.
        if (make === withTask && chosen?.kind === "agent" && !chosen.leads) {
          const key = id.slice("task/".length);
          const tasks = next.tasks.map((task) =>
            task.key === key ? { ...task, agent: chosen.key } : task,
          );
          return { ...next, tasks };
        }
        return next;
      });
      select([added]);
      show(all());
      focusFields();
    }

    function join(other: Graph, by: Place) {
      let added: string[] = [];
      edit((graph) => {
        const [next, ids] = withAll(graph, other, by);
        added = ids;
        return next;
      });
      select(added);
      show(all());
    }

    return {
      addAgent: (config = NEW_AGENT) => add(withAgent, config, textOf(config, "role") || "agent"),
      addTask: (config = NEW_TASK) => add(withTask, config, textOf(config, "name") || "task"),
      join,
      remove: () => {
        const ids = new Set(store.getState().selected);
        if (ids.size === 0) return;
        edit((graph) => withoutNodes(graph, ids));
        select([]);
      },
      duplicate: () => {
        const { graph, selected } = store.getState();
        const chosen = new Set(selected);
        const part = {
          ...graph,
          agents: graph.agents.filter((agent) => chosen.has(idOf(agent)) && !agent.leads),
          tasks: graph.tasks.filter((task) => chosen.has(idOf(task))),
        };
        if (part.agents.length + part.tasks.length > 0) join(part, { x: 32, y: 32 });
      },
      tidy: () => {
        edit(tidied);
        show();
      },
      undo: () => store.temporal.getState().undo(),
      redo: () => store.temporal.getState().redo(),
      selectAll: () => select(all()),
    };
  }, [store, fitView]);
}
