import { Alert, Group, Stack, Text, Title } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { BrainCircuit } from "lucide-react";
import { useMemo } from "react";
import type { RunEvent } from "@/api/events";
import { usePages } from "@/api/queries";
import type { Schema } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ErrorCard } from "@/components/ErrorCard";
import { LoadMore } from "@/components/LoadMore";
import { Loading } from "@/components/Loading";
import { hasEnded, type Run } from "@/features/runs/model/live";
import { readRecords, type RecordUse } from "@/features/runs/model/payloads";
import { attemptsOf } from "@/features/runs/model/spans";
import { RecordLine } from "@/features/runs/page/RecordLine";
import type { RunView } from "@/features/runs/page/useRun";
import { compact } from "@/lib/compact";

const route = getRouteApi("/runs/$id");

interface TaskMemory {
  recalled: Schema<"ReceiptRead">[];
  saved: RecordUse[];
}

/** What the tasks had before them from memory, and what they left there. */
export function MemoryTab({ view, run }: { view: RunView; run: Run }) {
  const { task: chosen } = route.useSearch();
  const receipts = usePages("/api/v1/executions/{id}/receipts", {
    place: { id: run.id },
    limit: 200,
    everyMs: hasEnded(run.status) ? false : 3_000,
  });
  const saved = useMemo(() => savedIn(view.log.events), [view.log.events]);
  const keys = view.tasks.map(({ key }) => key).filter((key) => !chosen || key === chosen);
  const parts = keys
    .map((key) => ({ key, ...partOf(key, receipts.items, saved, run.attempt) }))
    .filter(({ recalled, saved: kept }) => recalled.length + kept.length > 0);

  if (receipts.isPending) return <Loading what="Reading the receipts" />;
  if (receipts.error != null) return <ErrorCard error={receipts.error} onRetry={receipts.retry} />;
  return (
    <Stack gap="lg">
      {chosen !== undefined && (
        <Text size="sm">
          Of the task {chosen}.{" "}
          <Link
            from="/runs/$id"
            to="."
            search={(before) => compact({ ...before, task: undefined })}
          >
            Show all tasks
          </Link>
        </Text>
      )}
      {parts.length === 0 && <Nothing run={run} />}
      {parts.map(({ key, recalled, saved: kept }) => (
        <section key={key} aria-label={`Memory of ${key}`}>
          <Title order={2} size="h4" mb="xs">
            {nameOf(view, key)}
          </Title>
          <TaskProblem view={view} task={key} />
          <Part title={`◇ Recalled ${recalled.length}`} records={recalled.map(asUse)} />
          <Part title={`◆ Saved ${kept.length}`} records={kept} />
        </section>
      ))}
      <LoadMore pages={receipts} />
    </Stack>
  );
}

function nameOf(view: RunView, key: string): string {
  return view.tasks.find((task) => task.key === key)?.name ?? key;
}

function Nothing({ run }: { run: Run }) {
  return (
    <EmptyState
      icon={BrainCircuit}
      title={hasEnded(run.status) ? "No memory was used" : "No memory was used yet"}
    >
      A crew with memory switched on recalls what its earlier runs found out, and keeps what this
      one does.
    </EmptyState>
  );
}

function Part({ title, records }: { title: string; records: RecordUse[] }) {
  if (records.length === 0) return null;
  return (
    <Stack gap="xs" mb="md">
      <Text size="sm" fw={500}>
        {title}
      </Text>
      {records.map((record, index) => (
        <RecordLine key={`${record.type}/${record.id}/${index}`} record={record} />
      ))}
    </Stack>
  );
}

function TaskProblem({ view, task }: { view: RunView; task: string }) {
  const memory = view.tasks.find(({ key }) => key === task)?.memory;
  if (memory?.error == null) return null;
  return (
    <Alert color="yellow" variant="light" mb="sm" title="Not all of it is kept yet">
      <Group gap={4}>{memory.error.message}</Group>
    </Alert>
  );
}

/** By task, of the newest attempt that saved anything for it. */
function savedIn(events: RunEvent[]): Map<string, RecordUse[]> {
  const saved = new Map<string, RecordUse[]>();
  for (const attempt of attemptsOf(events)) {
    for (const event of attempt) {
      if (event.task != null && event.type === "memory_saved") {
        saved.set(event.task, readRecords(event));
      }
    }
  }
  return saved;
}

function partOf(
  key: string,
  receipts: Schema<"ReceiptRead">[],
  saved: Map<string, RecordUse[]>,
  attempt: number,
): TaskMemory {
  const own = receipts.filter(({ task }) => task === key);
  // What an earlier attempt recalled counts where the task was kept in a retry.
  const newest = Math.min(attempt, Math.max(0, ...own.map((one) => one.attempt)));
  return {
    recalled: own.filter((one) => one.attempt === newest),
    saved: saved.get(key) ?? [],
  };
}

function asUse(receipt: Schema<"ReceiptRead">): RecordUse {
  return {
    type: receipt.record.type,
    id: receipt.record.id,
    rank: receipt.rank,
    score: receipt.score,
    excerpt: receipt.excerpt,
    source: receipt.via === "recall" ? undefined : receipt.via,
    merged: false,
  };
}
