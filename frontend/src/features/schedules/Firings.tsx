import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { usePages } from "@/api/queries";
import { ErrorCard } from "@/components/ErrorCard";
import { Facts } from "@/components/Facts";
import { Loading } from "@/components/Loading";
import { LoadMore } from "@/components/LoadMore";
import { Panel } from "@/components/Panel";
import { type Schedule, timeIn } from "@/features/schedules/words";
import { shortId } from "@/lib/format";

const WORDS: Record<string, string> = {
  started: "started",
  skipped: "skipped",
  missed: "missed",
  failed: "could not start",
};

/** What became of each time it fired, newest first. */
export function Firings({ schedule }: { schedule: Schedule }) {
  const pages = usePages("/api/v1/schedules/{id}/firings", {
    place: { id: schedule.id },
    limit: 20,
    everyMs: 10_000,
  });
  return (
    <Panel title="History">
      {pages.isPending && <Loading what="Reading the history" />}
      {pages.error != null && <ErrorCard error={pages.error} onRetry={pages.retry} />}
      {!pages.isPending && pages.items.length === 0 && (
        <Text c="dimmed">It has not fired yet.</Text>
      )}
      <Facts
        of={pages.items.map((firing) => [
          timeIn(schedule.timezone, firing.fire_at),
          <>
            {WORDS[firing.outcome] ?? firing.outcome}
            {firing.execution_id !== null && (
              <>
                {" "}
                <Link to="/runs/$id" params={{ id: firing.execution_id }}>
                  run {shortId(firing.execution_id)}
                </Link>
              </>
            )}
            {firing.detail !== "" && (
              <Text span size="sm" c="dimmed">
                {" "}
                {firing.detail}
              </Text>
            )}
          </>,
        ])}
      />
      <LoadMore pages={pages} />
    </Panel>
  );
}
