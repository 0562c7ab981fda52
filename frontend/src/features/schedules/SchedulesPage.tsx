import { Button, Drawer, Modal, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { CalendarClock } from "lucide-react";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { usePages } from "@/api/queries";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { wordsOf } from "@/features/schedules/cron";
import { ScheduleDetail } from "@/features/schedules/ScheduleDetail";
import { ScheduleForm } from "@/features/schedules/ScheduleForm";
import type { SchedulesSearch } from "@/features/schedules/search";
import type { Schedule } from "@/features/schedules/words";

const route = getRouteApi("/schedules");

const COLUMNS: Column<Schedule>[] = [
  {
    key: "name",
    header: "Schedule",
    render: (schedule) => (
      <>
        <Link from="/schedules" to="/schedules" search={{ open: schedule.id }}>
          {schedule.name}
        </Link>
        <Text size="xs" c="dimmed">
          {schedule.cron === null ? "Once" : wordsOf(schedule.cron)} · {schedule.timezone}
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
  {
    key: "last",
    header: "Last run",
    width: 140,
    wide: true,
    render: (schedule) =>
      schedule.last_execution_id !== null && (
        <Link to="/runs/$id" params={{ id: schedule.last_execution_id }}>
          Open
        </Link>
      ),
  },
];

export function SchedulesPage() {
  const { open, edit } = route.useSearch();
  const navigate = route.useNavigate();
  const pages = usePages("/api/v1/schedules", { everyMs: 15_000 });
  const may = useMay("editor");
  const go = (search: SchedulesSearch) =>
    navigate({ search: ({ group }) => ({ group, ...search }) });
  const show = (search: SchedulesSearch) => void go(search);
  const add = may && <Button onClick={() => show({ open: "new" })}>Add a schedule</Button>;
  const isStored = open !== undefined && open !== "new";
  return (
    <Page fill>
      <PageHeader title="Schedules" description="Runs at set times" actions={add} />
      <CursorTable
        label="Schedules"
        pages={pages}
        columns={COLUMNS}
        rowKey={(schedule) => schedule.id}
        rowHeight={58}
        empty={
          <EmptyState icon={CalendarClock} title="Nothing is scheduled" action={add}>
            A schedule runs a crew or a flow every day, every week, by a cron expression, or once at
            a given time.
          </EmptyState>
        }
      />
      <Modal opened={open === "new"} onClose={() => show({})} title="Add a schedule" size="lg">
        <ScheduleForm
          schedule={undefined}
          onSaved={({ id }) => show({ open: id })}
          onTheirs={() => show({})}
        />
      </Modal>
      <Drawer
        opened={isStored}
        onClose={() => show({})}
        position="right"
        size="lg"
        title={pages.items.find(({ id }) => id === open)?.name ?? "Schedule"}
      >
        {isStored && (
          <Open id={open} edits={edit === true} onShow={show} onDeleted={() => go({})} />
        )}
      </Drawer>
    </Page>
  );
}

interface OpenProps {
  id: string;
  edits: boolean;
  onShow: (search: SchedulesSearch) => void;
  /** Done when the drawer has gone. */
  onDeleted: () => Promise<void>;
}

function Open({ id, edits, onShow, onDeleted }: OpenProps) {
  const query = $api.useQuery(
    "get",
    "/api/v1/schedules/{id}",
    { params: { path: { id } } },
    { refetchInterval: edits ? false : 15_000 },
  );
  return (
    <Loaded query={query} what="Reading the schedule">
      {(schedule) =>
        edits ? (
          <ScheduleForm
            schedule={schedule}
            onSaved={() => onShow({ open: id })}
            onTheirs={() => {
              void query.refetch();
              onShow({ open: id });
            }}
          />
        ) : (
          <ScheduleDetail
            schedule={schedule}
            onEdit={() => onShow({ open: id, edit: true })}
            onDeleted={onDeleted}
          />
        )
      }
    </Loaded>
  );
}
