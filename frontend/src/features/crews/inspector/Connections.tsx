import { Button, Group, Input, MultiSelect, SegmentedControl, Select, Stack } from "@mantine/core";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEditing } from "@/features/crews/drawing";
import { type ControlProps, inputProps } from "@/features/crews/inspector/fieldProps";
import { withAgentOf, withReads, withTaskMoved } from "@/features/crews/model/edits";
import { type Agent, type Graph, nameOf, type Task } from "@/features/crews/model/graph";
import { mayRead } from "@/features/crews/model/order";

type Props<Node> = ControlProps & { node: Node; graph: Graph };

/** Who does a task: the same as a line from an agent. */
export function AgentOfTask({ node, graph, ...props }: Props<Task>) {
  const { store } = useEditing();
  const agents = graph.agents.filter((agent) => !agent.leads);
  return (
    <Select
      {...inputProps(props)}
      placeholder="Nobody yet"
      clearable
      searchable
      selectFirstOptionOnChange
      nothingFoundMessage="No agent yet: add one with A"
      data={agents.map((agent) => ({ value: agent.key, label: nameOf(agent) }))}
      value={node.agent}
      onChange={(agent) => store.getState().edit((before) => withAgentOf(before, node.key, agent))}
    />
  );
}

/** The tasks of an agent: choosing one here assigns it. */
export function TasksOfAgent({ node, graph, ...props }: Props<Agent>) {
  const { store } = useEditing();
  if (node.leads) return null;
  const mine = graph.tasks.filter((task) => task.agent === node.key).map((task) => task.key);
  return (
    <MultiSelect
      {...inputProps(props)}
      placeholder={mine.length === 0 ? "No task yet" : ""}
      searchable
      selectFirstOptionOnChange
      data={graph.tasks.map((task) => ({ value: task.key, label: nameOf(task) }))}
      value={mine}
      onChange={(chosen) =>
        store.getState().edit((before) =>
          before.tasks.reduce((graph, task) => {
            const wanted = chosen.includes(task.key);
            if (wanted === mine.includes(task.key)) return graph;
            return withAgentOf(graph, task.key, wanted ? node.key : null);
          }, before),
        )
      }
    />
  );
}

const READS = [
  { value: "chosen", label: "Chosen tasks" },
  { value: "all", label: "All before it" },
];

/** What a task reads: the same as lines from other tasks. */
export function ReadsOfTask({ node, graph, ...props }: Props<Task>) {
  const { store } = useEditing();
  const set = (reads: string[] | null) =>
    store.getState().edit((before) => withReads(before, node.key, reads));
  const others = graph.tasks.filter((task) => task !== node);
  return (
    <Input.Wrapper label={props.field.label} error={props.error}>
      <Stack gap="xs" mt={6}>
        <SegmentedControl
          size="xs"
          aria-label="Which answers it reads"
          data={READS}
          disabled={props.disabled}
          value={node.reads === null ? "all" : "chosen"}
          onChange={(way) => set(way === "all" ? null : [])}
        />
        {node.reads !== null && (
          <MultiSelect
            aria-label={props.field.label}
            placeholder={node.reads.length === 0 ? "None" : ""}
            searchable
            selectFirstOptionOnChange
            disabled={props.disabled}
            nothingFoundMessage="No other task"
            data={others.map((task) => ({
              value: task.key,
              label: nameOf(task),
              disabled:
                node.reads?.includes(task.key) !== true &&
                !mayRead(graph.tasks, node.key, task.key),
            }))}
            value={node.reads}
            onChange={set}
          />
        )}
      </Stack>
    </Input.Wrapper>
  );
}

/** When a task runs. What it reads comes before it in any case. */
export function OrderOfTask({ node, graph, ...props }: Props<Task>) {
  const { store } = useEditing();
  const at = graph.tasks.indexOf(node);
  const move = (by: -1 | 1) =>
    store.getState().edit((before) => withTaskMoved(before, node.key, by));
  const can = (by: -1 | 1) => !props.disabled && withTaskMoved(graph, node.key, by) !== graph;
  return (
    <Input.Wrapper
      label={props.field.label}
      description={`Runs as number ${at + 1} of ${graph.tasks.length}`}
    >
      <Group gap="xs" mt={6}>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<ArrowUp size={14} aria-hidden />}
          disabled={!can(-1)}
          onClick={() => move(-1)}
        >
          Earlier
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<ArrowDown size={14} aria-hidden />}
          disabled={!can(1)}
          onClick={() => move(1)}
        >
          Later
        </Button>
      </Group>
    </Input.Wrapper>
  );
}
