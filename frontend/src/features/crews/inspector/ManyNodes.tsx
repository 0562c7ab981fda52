import { Button, Group, Select, Text, Title } from "@mantine/core";
import { Copy, Trash2 } from "lucide-react";
import { useActions } from "@/features/crews/canvas/useActions";
import { useEditing } from "@/features/crews/drawing";
import classes from "@/features/crews/inspector/Inspector.module.css";
import { withAgentOf } from "@/features/crews/model/edits";
import { nameOf } from "@/features/crews/model/graph";

/** What can be done with several nodes at once. */
export function ManyNodes() {
  const { store, mayEdit } = useEditing();
  const graph = store((state) => state.graph);
  const selected = store((state) => state.selected);
  const actions = useActions();
  const tasks = graph.tasks.filter((task) => selected.includes(`task/${task.key}`));
  return (
    <section className={classes.inspector} aria-label="Inspector">
      <div className={classes.head}>
        <Title order={2} size="h4">
          {selected.length} chosen
        </Title>
      </div>
      <div className={classes.fields}>
        {tasks.length > 0 && (
          <Select
            label={tasks.length === 1 ? "Assign its task to" : `Assign ${tasks.length} tasks to`}
            placeholder="Choose an agent"
            disabled={!mayEdit}
            data={graph.agents
              .filter((agent) => !agent.leads)
              .map((agent) => ({ value: agent.key, label: nameOf(agent) }))}
            value={null}
            onChange={(agent) =>
              store
                .getState()
                .edit((before) =>
                  tasks.reduce((next, task) => withAgentOf(next, task.key, agent), before),
                )
            }
          />
        )}
        <Group>
          <Button
            variant="default"
            disabled={!mayEdit}
            leftSection={<Copy size={14} aria-hidden />}
            onClick={actions.duplicate}
          >
            Duplicate
          </Button>
          <Button
            variant="default"
            disabled={!mayEdit}
            leftSection={<Trash2 size={14} aria-hidden />}
            onClick={actions.remove}
          >
            Delete
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          Undo brings back what was deleted.
        </Text>
      </div>
    </section>
  );
}
