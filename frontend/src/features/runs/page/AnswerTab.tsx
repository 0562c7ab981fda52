import { Group, Select, Stack, Text, Title } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { Problem } from "@/api/problem";
import { Elapsed } from "@/components/Elapsed";
import { ErrorCard } from "@/components/ErrorCard";
import { StatusBadge } from "@/components/StatusBadge";
import { Usage } from "@/components/Usage";
import { hasEnded, type Run, type Task } from "@/features/runs/model/live";
import { Output } from "@/features/runs/Output";
import { MemoryNote } from "@/features/runs/page/MemoryNote";
import type { RunView } from "@/features/runs/page/useRun";
import classes from "@/features/runs/RunPage.module.css";
import { compact } from "@/lib/compact";

const route = getRouteApi("/runs/$id");

/** What a run answers, or one of its tasks; while it runs, as it is written. */
export function AnswerTab({ view, run }: { view: RunView; run: Run }) {
  const { task: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const task = view.tasks.find(({ key }) => key === chosen);
  return (
    <Stack gap="md">
      {view.tasks.length > 1 && (
        <Select
          size="xs"
          w={280}
          maw="100%"
          aria-label="Whose output"
          data={[
            { value: "", label: "Answer of the run" },
            ...view.tasks.map(({ key, name }) => ({ value: key, label: `Task: ${name}` })),
          ]}
          value={task?.key ?? ""}
          allowDeselect={false}
          onChange={(key) =>
            void navigate({
              search: (before) => compact({ ...before, task: key }),
              replace: true,
            })
          }
        />
      )}
      <MemoryNote view={view} run={run} />
      {task === undefined ? (
        <RunAnswer view={view} run={run} />
      ) : (
        <TaskAnswer task={task} view={view} />
      )}
    </Stack>
  );
}

function RunAnswer({ view, run }: { view: RunView; run: Run }) {
  if (run.result !== null) return <Output text={run.result.raw} json={run.result.json} />;
  if (hasEnded(run.status)) {
    const last = view.tasks.findLast(({ output }) => output !== null);
    return (
      <Text c="dimmed">
        {run.status === "CANCELLED" ? "It was cancelled" : "It failed"} before there was an answer.
        {last !== undefined && ` The task "${last.name}" was done by then: choose it above.`}
      </Text>
    );
  }
  const speaking = view.tasks.filter(({ key }) => view.now.get(key)?.status === "RUNNING");
  if (speaking.length === 0) return <Step run={run} />;
  return speaking.map((task) => <Speaking key={task.key} task={task} view={view} />);
}

const STEPS: Record<string, string> = {
  PENDING: "Waiting for a worker",
  PREPARING: "Preparing the crew",
  RUNNING: "Going to the next task",
  WAITING_FOR_APPROVAL: "Waiting for a decision",
};

function Step({ run }: { run: Run }) {
  return (
    <Text c="dimmed" role="status">
      {STEPS[run.status] ?? "Working"} · <Elapsed from={run.started_at ?? run.created_at} />
    </Text>
  );
}

function Speaking({ task, view }: { task: Task; view: RunView }) {
  const now = view.now.get(task.key);
  const text = now?.text ?? "";
  return (
    <section aria-label={`${task.name}, as it is written`}>
      <Group gap="xs" mb="xs">
        <Title order={2} size="h4">
          {task.name}
        </Title>
        <StatusBadge status="RUNNING" />
        <Text span size="xs" c="dimmed">
          <Elapsed from={now?.startedAt} />
        </Text>
      </Group>
      {text === "" ? (
        <Text c="dimmed">Thinking, or calling a tool: the trace shows which.</Text>
      ) : (
        <div className={classes.streaming}>{text}</div>
      )}
    </section>
  );
}

function TaskAnswer({ task, view }: { task: Task; view: RunView }) {
  const now = view.now.get(task.key);
  if (now?.status === "RUNNING") return <Speaking task={task} view={view} />;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <StatusBadge status={task.status} />
        <Text size="sm" c="dimmed" className="tabular">
          <Elapsed from={task.started_at} to={task.finished_at ?? task.started_at} />{" "}
          {task.usage.llm_calls > 0 && (
            <>
              · <Usage usage={task.usage} />
            </>
          )}
        </Text>
      </Group>
      {task.error !== null && (
        <ErrorCard
          error={
            new Problem({
              status: 0,
              code: task.error.code,
              title: "This task failed",
              detail: task.error.message,
            })
          }
        />
      )}
      {task.output !== null ? (
        <Output text={task.output} json={task.output_json} />
      ) : (
        task.error === null && <Text c="dimmed">Nothing was written yet.</Text>
      )}
    </Stack>
  );
}
