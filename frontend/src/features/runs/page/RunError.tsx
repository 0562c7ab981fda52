import { Button, Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Problem } from "@/api/problem";
import { ErrorCard } from "@/components/ErrorCard";
import type { Run, Task } from "@/features/runs/model/live";
import { useRetry } from "@/features/runs/page/useRetry";

/** Why a run failed, and what can be done about it here. */
export function RunError({ run, tasks }: { run: Run; tasks: Task[] }) {
  const retry = useRetry(run.id);
  if (run.error === null) return null;
  const failed = tasks.find(({ status }) => status === "FAILED");
  const from = failed?.key ?? null;
  const problem = new Problem({
    status: 0,
    code: run.error.code,
    title: failed === undefined ? "The run failed" : `The task "${failed.name}" failed`,
    detail: run.error.message,
  });
  return (
    <>
      <ErrorCard
        error={problem}
        action={
          <Group gap="xs">
            <Button size="xs" loading={retry.isPending} onClick={() => retry.run(from)}>
              {failed === undefined ? "Run it again" : "Retry from this task"}
            </Button>
            {/^(model|auth|key|llm)/.test(run.error.code) && (
              <Button size="xs" variant="default" component={Link} to="/models">
                Open Models & keys
              </Button>
            )}
            {run.error.code.startsWith("budget") && (
              <Button size="xs" variant="default" component={Link} to="/settings">
                Open the limits
              </Button>
            )}
          </Group>
        }
      />
      {retry.error !== null && <ErrorCard error={retry.error} />}
    </>
  );
}
