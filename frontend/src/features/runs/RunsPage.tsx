import { Button, Select, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { CirclePlay } from "lucide-react";
import { usePages } from "@/api/queries";
import type { Schema } from "@/api/types";
import { type Column, CursorTable } from "@/components/CursorTable";
import { Elapsed } from "@/components/Elapsed";
import { EmptyState } from "@/components/EmptyState";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { Usage } from "@/components/Usage";
import { readRunsSearch, STATUSES } from "@/features/runs/search";
import { shortId } from "@/lib/format";

type Run = Schema<"ExecutionRead">;

const route = getRouteApi("/runs");

const COLUMNS: Column<Run>[] = [
  {
    key: "run",
    header: "Run",
    render: (run) => (
      <>
        <Link to="/runs/$id" params={{ id: run.id }}>
          {run.run_name ?? run.crew_name}
        </Link>
        <Text size="xs" c="dimmed">
          run {shortId(run.id)}
        </Text>
      </>
    ),
  },
  {
    key: "status",
    header: "Status",
    width: 190,
    render: (run) => <StatusBadge status={run.status} />,
  },
  {
    key: "started",
    header: "Started",
    width: 130,
    wide: true,
    render: (run) => <RelativeTime at={run.created_at} />,
  },
  {
    key: "took",
    header: "Took",
    width: 110,
    wide: true,
    align: "end",
    render: (run) => <Elapsed from={run.started_at} to={run.finished_at} />,
  },
  {
    key: "usage",
    header: "Used",
    width: 160,
    wide: true,
    align: "end",
    render: (run) => <Usage usage={run.usage} compact />,
  },
];

export function RunsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const pages = usePages("/api/v1/executions", {
    filters: search.status ? { status: search.status } : {},
    everyMs: 5_000,
  });
  return (
    <Page fill>
      <PageHeader
        title="Runs"
        description="What runs and what ran, newest first"
        actions={
          <Select
            aria-label="Status"
            placeholder="Any status"
            clearable
            data={STATUSES.map((value) => ({ value, label: nameOf(value) }))}
            value={search.status ?? null}
            onChange={(status) =>
              void navigate({
                search: (before) => ({ group: before.group, ...readRunsSearch({ status }) }),
              })
            }
          />
        }
      />
      <CursorTable
        label="Runs"
        pages={pages}
        columns={COLUMNS}
        rowKey={(run) => run.id}
        rowHeight={58}
        empty={
          <EmptyState
            icon={CirclePlay}
            title={search.status ? "No run has this status" : "Nothing has run yet"}
            action={
              <Button component={Link} to="/crews">
                Choose a crew
              </Button>
            }
          >
            Choose a crew and run it: every step it takes is kept here.
          </EmptyState>
        }
      />
    </Page>
  );
}

function nameOf(status: string): string {
  const words = status.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
