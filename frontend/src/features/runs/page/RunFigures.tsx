import { Badge, Group, Text } from "@mantine/core";
import { DemoBadge } from "@/components/DemoBadge";
import { Elapsed } from "@/components/Elapsed";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { Usage } from "@/components/Usage";
import type { Run } from "@/features/runs/model/live";

export function RunBeside({ run }: { run: Run }) {
  return (
    <Group gap={6} wrap="wrap">
      <StatusBadge status={run.status} />
      {usesDemo(run) && <DemoBadge />}
      {run.attempt > 1 && (
        <Badge variant="default" tt="none" fw={500}>
          attempt {run.attempt}
        </Badge>
      )}
    </Group>
  );
}

export function usesDemo(run: Run): boolean {
  return run.models?.some(({ provider }) => provider === "demo") ?? false;
}

const BEGUN_BY: Record<string, string> = {
  schedule: "by a schedule",
  webhook: "by a trigger",
  batch: "by a batch",
  flow: "by a flow",
};

/** "6.3 s · 3 calls · 1,934 tokens · $0.006 · started 2 min ago by ada@…" */
export function RunFigures({ run }: { run: Run }) {
  return (
    <Text span size="sm" className="tabular">
      {run.started_at === null ? <>waiting for a worker for </> : null}
      <Elapsed from={run.started_at ?? run.created_at} to={run.finished_at} /> ·{" "}
      <Usage usage={run.usage} /> · started <RelativeTime at={run.created_at} />{" "}
      {BEGUN_BY[run.trigger] ?? `by ${run.created_by}`}
    </Text>
  );
}
