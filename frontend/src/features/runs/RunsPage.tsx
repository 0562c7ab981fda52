import { Button, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { CirclePlay } from "lucide-react";
import { useMemo, useState } from "react";
import { usePages } from "@/api/queries";
import { type Column, CursorTable } from "@/components/CursorTable";
import { DemoBadge } from "@/components/DemoBadge";
import { Elapsed } from "@/components/Elapsed";
import { EmptyState } from "@/components/EmptyState";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { Usage } from "@/components/Usage";
import { hasEnded, type Run } from "@/features/runs/model/live";
import { usesDemo } from "@/features/runs/page/RunFigures";
import { RunsBulk } from "@/features/runs/RunsBulk";
import { RunsFilters } from "@/features/runs/RunsFilters";
import classes from "@/features/runs/RunsPage.module.css";
import { type RunsSearch, type Since, SPANS } from "@/features/runs/search";
import { shortId } from "@/lib/format";
import { useNow } from "@/lib/useNow";

const route = getRouteApi("/runs");
const HOUR_MS = 3_600_000;

const COLUMNS: Column<Run>[] = [
  {
    key: "run",
    header: "Run",
    render: (run) => (
      <>
        <Link to="/runs/$id" params={{ id: run.id }} className={classes.name ?? ""}>
          {run.run_name ?? run.crew_name}
        </Link>
        <Text size="xs" c="dimmed" component="div" className={classes.under ?? ""}>
          {run.run_name === null ? "" : `${run.crew_name} · `}run {shortId(run.id)}
          {run.kind === "flow" && " · flow"}
          {run.trigger !== "api" && ` · by ${run.trigger}`}
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
    key: "model",
    header: "Model",
    width: 190,
    wide: true,
    render: (run) => <Models run={run} />,
  },
  {
    key: "started",
    header: "Started",
    width: 120,
    wide: true,
    render: (run) => <RelativeTime at={run.created_at} />,
  },
  {
    key: "took",
    header: "Took",
    width: 120,
    wide: true,
    align: "end",
    render: (run) => <Elapsed from={run.started_at} to={run.finished_at} />,
  },
  {
    key: "usage",
    header: "Used",
    width: 150,
    wide: true,
    align: "end",
    render: (run) => <Usage usage={run.usage} compact />,
  },
];

export function RunsPage() {
  const search = route.useSearch();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const filters = useFilters(search);
  const pages = usePages("/api/v1/executions", { filters, limit: 100, everyMs: 4_000 });
  const isFiltered = Object.keys(filters).length > 0;
  const active = pages.items.filter(({ id, status }) => chosen.has(id) && !hasEnded(status));
  return (
    <Page fill>
      <PageHeader title="Runs" description="What runs and what ran, newest first" />
      <RunsFilters search={search} />
      {chosen.size > 0 && (
        <RunsBulk chosen={[...chosen]} active={active} onDone={() => setChosen(new Set())} />
      )}
      <CursorTable
        label="Runs"
        pages={pages}
        columns={COLUMNS}
        rowKey={(run) => run.id}
        rowHeight={58}
        selection={{ keys: chosen, onChange: setChosen }}
        empty={isFiltered ? <NothingFound /> : <NothingYet />}
      />
    </Page>
  );
}

/** A time that moves with every look would be another list each time: it is cut to the minute it was chosen in. */
function useFilters({ status, crew, parent, since, kind, trigger }: RunsSearch) {
  const from = useStart(since);
  return useMemo(
    () => ({
      ...(status === undefined ? {} : { status }),
      ...(crew === undefined ? {} : { crew_id: crew }),
      ...(parent === undefined ? {} : { parent_id: parent }),
      ...(from === undefined ? {} : { since: from }),
      ...(kind === undefined ? {} : { kind }),
      ...(trigger === undefined ? {} : { trigger }),
    }),
    [status, crew, parent, from, kind, trigger],
  );
}

function useStart(since: Since | undefined): string | undefined {
  const now = useNow();
  if (since === undefined) return undefined;
  const hours = SPANS[since];
  const step = Math.min(HOUR_MS, (hours * HOUR_MS) / 12);
  return new Date(Math.floor((now - hours * HOUR_MS) / step) * step).toISOString();
}

function Models({ run }: { run: Run }) {
  const [first, ...more] = run.models ?? [];
  if (first === undefined) return null;
  if (usesDemo(run)) return <DemoBadge />;
  return (
    <Text
      size="xs"
      className={classes.under ?? ""}
      title={[first, ...more].map(({ key }) => key).join(", ")}
    >
      {first.key}
      {more.length > 0 && ` +${more.length}`}
    </Text>
  );
}

function NothingYet() {
  return (
    <EmptyState
      icon={CirclePlay}
      title="Nothing has run yet"
      action={
        <Button component={Link} to="/crews">
          Choose a crew
        </Button>
      }
    >
      Choose a crew and run it: every step it takes is kept here.
    </EmptyState>
  );
}

function NothingFound() {
  return (
    <EmptyState
      icon={CirclePlay}
      title="No run is like this"
      action={
        <Button component={Link} to="/runs" variant="default">
          Show all runs
        </Button>
      }
    >
      Runs are there, but none fits all of the filters above.
    </EmptyState>
  );
}
