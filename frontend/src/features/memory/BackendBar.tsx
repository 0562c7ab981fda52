import { Button, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Database } from "lucide-react";
import type { Schema } from "@/api/types";
import { asProblem } from "@/api/problem";
import { StatusBadge } from "@/components/StatusBadge";
import classes from "@/features/memory/BackendBar.module.css";
import {
  type Backend,
  identityWords,
  kindName,
  placeOf,
  useBackends,
  useMemoryStats,
  useVerification,
} from "@/features/memory/backends";
import { formatNumber } from "@/lib/format";

/** Where memory is kept just now, and whether it can be reached. */
export function BackendBar() {
  const { active, isPending } = useBackends();
  const stats = useMemoryStats();
  if (isPending) return null;
  const embedder = stats.data?.embedder;
  return (
    <section className={classes.bar} aria-label="Where memory is kept">
      <span className={classes.name}>
        <Database size={15} aria-hidden />
        {active?.name ?? "Built-in store"}
      </span>
      <span className={classes.fact}>
        {active !== undefined && <>{kindName(active.kind)}, </>}
        {placeOf(active ?? { kind: "default", indexes: [] })}
      </span>
      {embedder !== undefined && (
        <span className={classes.fact}>
          {embedder.name}, {formatNumber(embedder.dimension)} dimensions
        </span>
      )}
      {stats.data !== undefined && (
        <span className={classes.fact}>{formatNumber(countOf(stats.data))} records</span>
      )}
      <span className={classes.end}>
        {active !== undefined && active.effective !== "default" ? (
          <Readiness backend={active} />
        ) : (
          <StatusBadge status="ready" />
        )}
        {active === undefined ? (
          <Link to="/memory/storage">Storage</Link>
        ) : (
          <Link to="/memory/storage/$id" params={{ id: active.id }}>
            Indexes
          </Link>
        )}
      </span>
    </section>
  );
}

function countOf(stats: Schema<"MemoryStats">): number {
  return Object.entries(stats.types)
    .filter(([type]) => type !== "document")
    .reduce((sum, [, one]) => sum + one.count, 0);
}

function Readiness({ backend }: { backend: Backend }) {
  const { data, error, isFetching, refetch } = useVerification(backend.id);
  if (data === undefined && error !== null) {
    return (
      <span role="alert" title={asProblem(error).detail}>
        <StatusBadge status="unreachable" />
      </span>
    );
  }
  if (data === undefined) {
    return (
      <Text size="sm" c="dimmed">
        {isFetching ? "Asking the store" : ""}
      </Text>
    );
  }
  const checks = [...data.endpoints, ...data.indexes];
  const bad = checks.filter((check) => check.status !== "ready");
  const who = data.identity === null ? "" : ` as ${identityWords(data.identity)}`;
  return (
    <>
      <StatusBadge
        status={bad[0]?.status ?? "ready"}
        word={
          bad.length === 0
            ? `${data.indexes.length} indexes ready`
            : `${bad.length} of ${checks.length} not usable`
        }
      />
      <Button
        size="compact-xs"
        variant="subtle"
        loading={isFetching}
        title={`Asks the store again${who}`}
        onClick={() => void refetch()}
      >
        Verify
      </Button>
    </>
  );
}
