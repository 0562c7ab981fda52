import { Text } from "@mantine/core";
import { CalendarClock } from "lucide-react";
import { usePages } from "@/api/queries";
import type { Schema } from "@/api/types";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";

type Schedule = Schema<"ScheduleRead">;

const COLUMNS: Column<Schedule>[] = [
  {
    key: "name",
    header: "Schedule",
    render: (schedule) => (
      <>
        {schedule.name}
        <Text size="xs" c="dimmed">
          {schedule.cron ?? "once"} · {schedule.timezone}
        </Text>
      </>
    ),
  },
  {
    key: "status",
    header: "Status",
    width: 120,
    render: (schedule) => <StatusBadge status={schedule.paused ? "paused" : "active"} />,
  },
  {
    key: "next",
    header: "Next",
    width: 140,
    wide: true,
    render: (schedule) => <RelativeTime at={schedule.next_fires[0]} />,
  },
];

export function SchedulesPage() {
  const pages = usePages("/api/v1/schedules", { everyMs: 15_000 });
  return (
    <Page fill>
      <PageHeader title="Schedules" description="Runs at set times" />
      <CursorTable
        label="Schedules"
        pages={pages}
        columns={COLUMNS}
        rowKey={(schedule) => schedule.id}
        rowHeight={58}
        empty={
          <EmptyState icon={CalendarClock} title="Nothing is scheduled">
            A schedule runs a crew by a cron expression with a time zone, or once at a given time.
          </EmptyState>
        }
      />
    </Page>
  );
}
