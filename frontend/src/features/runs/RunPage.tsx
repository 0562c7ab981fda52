import { Group, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { $api } from "@/api/client";
import type { Schema } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { Elapsed } from "@/components/Elapsed";
import { ErrorCard } from "@/components/ErrorCard";
import { JsonView } from "@/components/JsonView";
import { Loading } from "@/components/Loading";
import { Markdown } from "@/components/Markdown";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { StatusBadge } from "@/components/StatusBadge";
import { Usage } from "@/components/Usage";
import { formatNumber, shortId } from "@/lib/format";

const route = getRouteApi("/runs/$id");
const ENDED = ["COMPLETED", "FAILED", "CANCELLED"];

export function RunPage() {
  const { id } = route.useParams();
  const query = $api.useQuery(
    "get",
    "/api/v1/executions/{id}",
    { params: { path: { id } } },
    {
      refetchInterval: ({ state }) =>
        state.data !== undefined && ENDED.includes(state.data.status) ? false : 1_500,
    },
  );
  const run = query.data;
  return (
    <Page>
      <PageHeader
        title={run === undefined ? "Run" : `${run.run_name ?? run.crew_name} · run ${shortId(id)}`}
        parent={{ to: "/runs", label: "Runs" }}
        beside={run && <StatusBadge status={run.status} />}
        description={
          run && (
            <Group gap={6} component="span">
              <Elapsed from={run.started_at} to={run.finished_at} />· <Usage usage={run.usage} />
            </Group>
          )
        }
      />
      {query.isPending && <Loading what="Reading the run" />}
      {query.error !== null && (
        <ErrorCard error={query.error} onRetry={() => void query.refetch()} />
      )}
      {run !== undefined && <Outcome run={run} />}
      {run !== undefined && <Events id={id} attempt={run.attempt} />}
    </Page>
  );
}

function Outcome({ run }: { run: Schema<"ExecutionRead"> }) {
  return (
    <>
      {run.error !== null && (
        <Panel title="Why it failed">
          <Text>{run.error.message}</Text>
          <Text size="xs" c="dimmed">
            {run.error.code}
          </Text>
        </Panel>
      )}
      {run.result !== null && (
        <Panel title="Answer">
          <Markdown>{run.result.raw}</Markdown>
        </Panel>
      )}
      {Object.keys(run.inputs).length > 0 && (
        <Panel title="Inputs">
          <JsonView value={run.inputs} />
        </Panel>
      )}
    </>
  );
}

function Events({ id, attempt }: { id: string; attempt: number }) {
  const log = useEvents(id, attempt);
  const newest = log.events.at(-1);
  return (
    <Panel title="Events">
      {log.problem !== undefined && <ErrorCard error={log.problem} />}
      <Text c="dimmed">
        {formatNumber(log.events.length + log.dropped)} so far
        {newest !== undefined && <>, the last one {newest.type.replaceAll("_", " ")}</>}
      </Text>
    </Panel>
  );
}
