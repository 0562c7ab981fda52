import { Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { usePages } from "@/api/queries";
import { ErrorCard } from "@/components/ErrorCard";
import { Loading } from "@/components/Loading";
import { LoadMore } from "@/components/LoadMore";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import type { MemoryRecord } from "@/features/memory/provenance";
import classes from "@/features/memory/RecordUses.module.css";
import { formatNumber, shortId } from "@/lib/format";

/** Which runs had this record in front of them. */
export function RecordUses({ record }: { record: MemoryRecord }) {
  const pages = usePages("/api/v1/memory/records/{type}/{id}/executions", {
    place: { type: record.type, id: record.id },
    limit: 20,
  });
  return (
    <section aria-label="Runs that used it">
      <Title order={2} size="h4" mb="xs">
        Runs that used it
      </Title>
      {pages.isPending && <Loading what="Looking up the runs" />}
      {pages.error != null && <ErrorCard error={pages.error} onRetry={pages.retry} />}
      {!pages.isPending && pages.error == null && pages.items.length === 0 && (
        <Text c="dimmed">None yet. It is recalled when a task of its crew is about the same.</Text>
      )}
      <ul className={classes.uses}>
        {pages.items.map((use) => (
          <li key={use.execution_id}>
            <Link to="/runs/$id" params={{ id: use.execution_id }}>
              {use.crew_name} · run {shortId(use.execution_id)}
            </Link>
            <Text span size="xs" c="dimmed">
              {use.times === 1 ? "once" : `${formatNumber(use.times)} times`}, at best as number{" "}
              {use.best_rank}, <RelativeTime at={use.last_at} />
            </Text>
            <StatusBadge status={use.status} />
          </li>
        ))}
      </ul>
      <LoadMore pages={pages} />
    </section>
  );
}
