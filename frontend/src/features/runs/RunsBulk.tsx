import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Link } from "@tanstack/react-router";
import { CircleStop, GitCompareArrows } from "lucide-react";
import { api } from "@/api/client";
import { useStale } from "@/api/queries";
import { asProblem, type Problem } from "@/api/problem";
import { ConfirmButton } from "@/components/ConfirmButton";
import type { Run } from "@/features/runs/model/live";

const AT_ONCE = 5;

interface Props {
  chosen: string[];
  /** Those among the chosen that have not ended. */
  active: Run[];
  onDone: () => void;
}

/** What can be done with all chosen runs. */
export function RunsBulk({ chosen, active, onDone }: Props) {
  const stale = useStale();
  const count = chosen.length;

  async function cancelAll() {
    const problems = await cancelEach(active.map(({ id }) => id));
    await stale("/api/v1/executions", "/api/v1/limits", "/api/v1/approvals");
    const done = active.length - problems.length;
    notifications.show({
      color: problems.length > 0 ? "yellow" : "green",
      title: `${done} of ${active.length} runs cancelled`,
      message: problems[0]?.detail ?? "What they had finished is kept.",
    });
    onDone();
  }

  return (
    <Group gap="sm" role="region" aria-label="Chosen runs">
      <Text size="sm">
        {count} chosen{active.length < count && `, ${active.length} of them still active`}
      </Text>
      <ConfirmButton
        size="xs"
        disabled={active.length === 0}
        leftSection={<CircleStop size={14} aria-hidden />}
        title={`Cancel ${active.length} ${active.length === 1 ? "run" : "runs"}`}
        consequence="They stop at once. What their tasks have finished is kept, and each can be retried from a task."
        confirm="Cancel them"
        onConfirm={cancelAll}
      >
        Cancel
      </ConfirmButton>
      {count === 2 && (
        <Button
          size="xs"
          variant="default"
          component={Link}
          to="/runs/compare"
          search={{ a: chosen[0], b: chosen[1] } as never}
          leftSection={<GitCompareArrows size={14} aria-hidden />}
        >
          Compare
        </Button>
      )}
      <Button size="xs" variant="subtle" color="gray" onClick={onDone}>
        Choose none
      </Button>
    </Group>
  );
}

/** A few at once. What ended by itself meanwhile is no problem. */
async function cancelEach(ids: string[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  const waiting = [...ids];
  async function work() {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await api.POST("/api/v1/executions/{id}/cancel", { params: { path: { id } } });
      } catch (error) {
        const problem = asProblem(error);
        if (problem.status !== 409) problems.push(problem);
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return problems;
}
