import { Alert, Group, Select, Stack, Table, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { $api } from "@/api/client";
import { usePages } from "@/api/queries";
import { DiffView } from "@/components/DiffView";
import { Elapsed } from "@/components/Elapsed";
import { ErrorCard } from "@/components/ErrorCard";
import { JsonView } from "@/components/JsonView";
import { Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { Usage } from "@/components/Usage";
import { compareTasks, type TaskPair } from "@/features/runs/model/compare";
import type { Run, Task } from "@/features/runs/model/live";
import { compact } from "@/lib/compact";
import { formatExact, shortId } from "@/lib/format";

const route = getRouteApi("/runs/compare");

/** Two runs side by side: what went in, what came out, and what each task took. */
export function ComparePage() {
  const { a, b } = route.useSearch();
  const left = useSide(a);
  const right = useSide(b);
  const error = left.error ?? right.error;
  return (
    <Page>
      <PageHeader
        title="Compare two runs"
        parent={{ to: "/runs", label: "Runs" }}
        description="Inputs, answers, and what each task took"
      />
      <Group gap="md" grow align="flex-start" preventGrowOverflow={false}>
        <Chooser side="a" label="First run" value={a} like={right.run} />
        <Chooser side="b" label="Second run" value={b} like={left.run} />
      </Group>
      {error !== null && <ErrorCard error={error} />}
      {(a === undefined || b === undefined) && (
        <Alert variant="light" color="gray">
          Choose {a === undefined && b === undefined ? "two runs" : "another run"} to see what
          differs.
        </Alert>
      )}
      {left.isReading || right.isReading ? <Loading what="Reading the runs" /> : null}
      {left.run !== undefined && right.run !== undefined && (
        <Comparison runs={[left.run, right.run]} tasks={[left.tasks, right.tasks]} />
      )}
    </Page>
  );
}

function useSide(id: string | undefined) {
  const place = { params: { path: { id: id ?? "" } } };
  const enabled = { enabled: id !== undefined };
  const run = $api.useQuery("get", "/api/v1/executions/{id}", place, enabled);
  const tasks = $api.useQuery("get", "/api/v1/executions/{id}/tasks", place, enabled);
  return {
    run: run.data,
    tasks: tasks.data?.items ?? [],
    error: run.error ?? tasks.error,
    isReading: run.isLoading || tasks.isLoading,
  };
}

interface ChooserProps {
  side: "a" | "b";
  label: string;
  value: string | undefined;
  /** The other run: those of the same crew are offered. */
  like: Run | undefined;
}

function Chooser({ side, label, value, like }: ChooserProps) {
  const navigate = route.useNavigate();
  const runs = usePages("/api/v1/executions", {
    filters: like?.crew_id == null ? {} : { crew_id: like.crew_id },
    limit: 100,
  });
  const offered = runs.items
    .filter(({ id }) => id !== like?.id)
    .map((run) => ({
      value: run.id,
      label: `${run.run_name ?? run.crew_name} · run ${shortId(run.id)} · ${formatExact(run.created_at)}`,
    }));
  const isKnown = value === undefined || offered.some((one) => one.value === value);
  return (
    <Select
      label={label}
      placeholder="Choose a run"
      searchable
      data={isKnown ? offered : [{ value, label: `run ${shortId(value)}` }, ...offered]}
      value={value ?? null}
      nothingFoundMessage="No other run"
      onChange={(id) =>
        void navigate({
          search: (before) => compact({ ...before, [side]: id }),
        })
      }
    />
  );
}

type Both<Thing> = [Thing, Thing];

function Comparison({ runs, tasks }: { runs: Both<Run>; tasks: Both<Task[]> }) {
  const [first, second] = runs;
  const { task: chosen } = route.useSearch();
  const pairs = compareTasks(tasks[0], tasks[1]);
  const pair = pairs.find(({ key }) => key === chosen);
  const before = pair === undefined ? first.result?.raw : pair.a?.output;
  const after = pair === undefined ? second.result?.raw : pair.b?.output;
  return (
    <Stack gap="md">
      <Panel title="As a whole">
        <Figures runs={runs} pairs={pairs} />
      </Panel>
      <Panel title="Inputs">
        {JSON.stringify(first.inputs) === JSON.stringify(second.inputs) ? (
          <>
            <Text size="sm" c="dimmed" mb="xs">
              Both were given the same.
            </Text>
            <JsonView value={first.inputs} />
          </>
        ) : (
          <DiffView
            before={JSON.stringify(first.inputs, null, 2)}
            after={JSON.stringify(second.inputs, null, 2)}
            label="Difference of the inputs"
          />
        )}
      </Panel>
      <Panel title="Answers" actions={<TaskChoice pairs={pairs} value={pair?.key} />}>
        <DiffView before={before ?? ""} after={after ?? ""} label="Difference of the answers" />
      </Panel>
    </Stack>
  );
}

function TaskChoice({ pairs, value }: { pairs: TaskPair[]; value: string | undefined }) {
  const navigate = route.useNavigate();
  return (
    <Select
      size="xs"
      w={220}
      aria-label="Whose answers"
      allowDeselect={false}
      data={[
        { value: "", label: "Of the runs" },
        ...pairs.map(({ key }) => ({ value: key, label: `Task: ${key}` })),
      ]}
      value={value ?? ""}
      onChange={(key) =>
        void navigate({
          search: (before) => compact({ ...before, task: key }),
          replace: true,
        })
      }
    />
  );
}

function Figures({ runs, pairs }: { runs: Both<Run>; pairs: TaskPair[] }) {
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table fz="sm" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <span className="visually-hidden">What</span>
            </Table.Th>
            {runs.map((run) => (
              <Table.Th key={run.id}>
                <Link to="/runs/$id" params={{ id: run.id }}>
                  run {shortId(run.id)}
                </Link>{" "}
                <Text span size="xs" c="dimmed" fw={400}>
                  <RelativeTime at={run.created_at} />
                </Text>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Th scope="row">The run</Table.Th>
            {runs.map((run) => (
              <Table.Td key={run.id}>
                <Cell
                  status={run.status}
                  from={run.started_at}
                  to={run.finished_at}
                  usage={run.usage}
                />
              </Table.Td>
            ))}
          </Table.Tr>
          {pairs.map(({ key, a, b }) => (
            <Table.Tr key={key}>
              <Table.Th scope="row">{key}</Table.Th>
              {[a, b].map((task, index) => (
                <Table.Td key={runs[index]?.id}>
                  {task === undefined ? (
                    <Text span c="dimmed">
                      not there
                    </Text>
                  ) : (
                    <Cell
                      status={task.status}
                      from={task.started_at}
                      to={task.finished_at}
                      usage={task.usage}
                    />
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface CellProps {
  status: string;
  from: string | null;
  to: string | null;
  usage: Run["usage"];
}

function Cell({ status, from, to, usage }: CellProps) {
  return (
    <Group gap="xs">
      <StatusBadge status={status} />
      <Elapsed from={from} to={to} />
      <Text span size="xs" c="dimmed">
        <Usage usage={usage} />
      </Text>
    </Group>
  );
}
