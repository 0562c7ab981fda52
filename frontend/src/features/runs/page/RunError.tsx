import { Button, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { Problem } from "@/api/problem";
import type { Schema } from "@/api/types";
import { ErrorCard } from "@/components/ErrorCard";
import { RunDialog } from "@/components/run/RunDialog";
import type { Run, Task } from "@/features/runs/model/live";
import { useRetry } from "@/features/runs/page/useRetry";

interface Props {
  run: Run;
  tasks: Task[];
  plan: Schema<"ExecutionPlanRead"> | undefined;
}

/** Why a run failed, and what can be done about it here. */
export function RunError({ run, tasks, plan }: Props) {
  const retry = useRetry(run.id);
  const [asking, dialog] = useDisclosure(false);
  if (run.error === null) return null;
  const isBudget = run.error.code.startsWith("budget");
  // Its own, which was set when it was started; else it is the group's.
  const spent = isBudget && run.crew_id !== null && plan?.budget != null;
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
            {spent && (
              <Button size="xs" onClick={dialog.open}>
                Run it again with another budget
              </Button>
            )}
            <Button
              size="xs"
              {...(spent ? { variant: "default" } : {})}
              loading={retry.isPending}
              onClick={() => retry.run(from)}
            >
              {failed === undefined ? "Run it again" : "Retry from this task"}
            </Button>
            {/^(model|auth|key|llm)/.test(run.error.code) && (
              <Button size="xs" variant="default" component={Link} to="/models">
                Open Models & keys
              </Button>
            )}
            {isBudget && !spent && (
              <Button size="xs" variant="default" component={Link} to="/settings">
                Open the limits
              </Button>
            )}
          </Group>
        }
      />
      {asking && run.crew_id !== null && (
        <RunDialog
          opened
          onClose={dialog.close}
          crewId={run.crew_id}
          name={run.crew_name}
          inputs={run.inputs}
          withOptions
        />
      )}
      {retry.error !== null && <ErrorCard error={retry.error} />}
    </>
  );
}
