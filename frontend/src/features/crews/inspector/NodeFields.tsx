import {
  AgentOfTask,
  OrderOfTask,
  ReadsOfTask,
  TasksOfAgent,
} from "@/features/crews/inspector/Connections";
import { useEditing } from "@/features/crews/drawing";
import { FieldControl } from "@/features/crews/inspector/FieldControl";
import { type ControlProps, sentence } from "@/features/crews/inspector/fieldProps";
import { type Field, helpOf, SHAPES } from "@/features/crews/inspector/fields";
import { KeyField } from "@/features/crews/inspector/KeyField";
import { withField } from "@/features/crews/model/edits";
import { type Agent, type Config, type Graph, idOf, type Task } from "@/features/crews/model/graph";
import { troubleAt } from "@/features/crews/model/problems";

interface Props {
  node: Agent | Task;
  graph: Graph;
  fields: Field[];
}

/** The fields of one tab of one agent or task. */
export function NodeFields({ node, graph, fields }: Props) {
  const { store, troubles, mayEdit } = useEditing();
  const id = idOf(node);
  return fields.map((field) => {
    const help = helpOf(SHAPES[node.kind], field.name);
    const props: ControlProps = {
      field,
      value: valueOf(node.config, field),
      onChange: (value) =>
        store.getState().edit((before) => changed(before, id, field, value), `${id} ${field.name}`),
      description: sentence(help.description),
      error: troubleAt(troubles, id, field.name),
      disabled: !mayEdit,
      standard: help.default,
      minimum: help.minimum,
      maximum: help.maximum,
    };
    return <One key={`${id} ${field.name}`} node={node} graph={graph} props={props} />;
  });
}

function One({ node, graph, props }: { node: Agent | Task; graph: Graph; props: ControlProps }) {
  const { control } = props.field;
  if (control === "key") return <KeyField node={node} disabled={props.disabled} />;
  if (node.kind === "agent") {
    if (control === "agentTasks") return <TasksOfAgent {...props} node={node} graph={graph} />;
  } else {
    if (control === "agent") return <AgentOfTask {...props} node={node} graph={graph} />;
    if (control === "reads") return <ReadsOfTask {...props} node={node} graph={graph} />;
    if (control === "order") return <OrderOfTask {...props} node={node} graph={graph} />;
  }
  return <FieldControl {...props} />;
}

/** CrewAI's single guardrail is the first of the list here. */
function valueOf(config: Config, field: Field): unknown {
  if (field.control !== "guardrails" || config.guardrail == null) return config[field.name];
  return [
    config.guardrail,
    ...(Array.isArray(config.guardrails) ? (config.guardrails as unknown[]) : []),
  ];
}

function changed(graph: Graph, id: string, field: Field, value: unknown): Graph {
  const single =
    field.control === "guardrails" ? withField(graph, id, "guardrail", undefined) : graph;
  return withField(single, id, field.name, value);
}
