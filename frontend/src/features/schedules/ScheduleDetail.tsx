import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { CirclePlay, Pause, Pencil, Play, Trash2 } from "lucide-react";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { useStale } from "@/api/queries";
import { ConfirmButton } from "@/components/ConfirmButton";
import { ErrorCard } from "@/components/ErrorCard";
import { Facts } from "@/components/Facts";
import { JsonView } from "@/components/JsonView";
import { Panel } from "@/components/Panel";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { wordsOf } from "@/features/schedules/cron";
import { Firings } from "@/features/schedules/Firings";
import { CATCH_UPS, OVERLAPS, type Schedule, timeIn } from "@/features/schedules/words";
import { shortId } from "@/lib/format";

interface Props {
  schedule: Schedule;
  onEdit: () => void;
  /** Done when this has gone. */
  onDeleted: () => Promise<void>;
}

export function ScheduleDetail({ schedule, onEdit, onDeleted }: Props) {
  const { cron, at, timezone, request } = schedule;
  const inputs = request.inputs ?? {};
  return (
    <Stack gap="md">
      <Actions schedule={schedule} onEdit={onEdit} onDeleted={onDeleted} />
      {schedule.paused_because !== null && (
        <Alert color="yellow" variant="light" title="Kasal paused it">
          {schedule.paused_because}. Mend it, then resume.
        </Alert>
      )}
      <Facts
        of={[
          ["State", <StatusBadge key="state" status={schedule.paused ? "paused" : "active"} />],
          ["Fires", cron === null ? at && timeIn(timezone, at) : `${wordsOf(cron)} (${cron})`],
          ["Time zone", timezone],
          ["Runs for", schedule.acts_for],
          ["If one still runs", OVERLAPS.find(({ value }) => value === schedule.overlap)?.label],
          ["Missed times", CATCH_UPS.find(({ value }) => value === schedule.catch_up)?.label],
          ["Model", request.model],
          [
            "Last run",
            schedule.last_execution_id && (
              <Link to="/runs/$id" params={{ id: schedule.last_execution_id }}>
                run {shortId(schedule.last_execution_id)}
              </Link>
            ),
          ],
        ]}
      />
      <Panel title="Next times">
        {schedule.next_fires.length === 0 ? (
          <Text c="dimmed">{schedule.paused ? "None while it is paused." : "None any more."}</Text>
        ) : (
          <Facts
            of={schedule.next_fires.map((fire) => [
              timeIn(timezone, fire),
              <RelativeTime key={fire} at={fire} />,
            ])}
          />
        )}
      </Panel>
      {Object.keys(inputs).length > 0 && (
        <Panel title="Inputs">
          <JsonView value={inputs} />
        </Panel>
      )}
      <Firings schedule={schedule} />
    </Stack>
  );
}

function Actions({ schedule, onEdit, onDeleted }: Props) {
  const may = useMay("editor");
  const stale = useStale();
  const params = { params: { path: { id: schedule.id } } };
  const again = () => void stale("/api/v1/schedules", "/api/v1/executions");
  const run = $api.useMutation("post", "/api/v1/schedules/{id}/run-now", { onSuccess: again });
  const pause = $api.useMutation("post", "/api/v1/schedules/{id}/pause", { onSuccess: again });
  const resume = $api.useMutation("post", "/api/v1/schedules/{id}/resume", { onSuccess: again });
  const remove = $api.useMutation("delete", "/api/v1/schedules/{id}");
  const error = run.error ?? pause.error ?? resume.error;
  return (
    <>
      <Group gap="xs">
        <Button
          leftSection={<CirclePlay size={16} aria-hidden />}
          loading={run.isPending}
          onClick={() => run.mutate(params)}
        >
          Run now
        </Button>
        {may && (
          <>
            <Button
              variant="default"
              leftSection={
                schedule.paused ? <Play size={16} aria-hidden /> : <Pause size={16} aria-hidden />
              }
              loading={pause.isPending || resume.isPending}
              onClick={() => (schedule.paused ? resume : pause).mutate(params)}
            >
              {schedule.paused ? "Resume" : "Pause"}
            </Button>
            <Button
              variant="default"
              leftSection={<Pencil size={16} aria-hidden />}
              onClick={onEdit}
            >
              Edit
            </Button>
            <ConfirmButton
              leftSection={<Trash2 size={16} aria-hidden />}
              title={`Delete ${schedule.name}?`}
              consequence="It fires no more, and its history goes with it. Its runs stay."
              confirm="Delete"
              onConfirm={async () => {
                await remove.mutateAsync(params);
                // Only then: what is on the screen would ask for the history of what there is no more.
                await onDeleted();
                again();
              }}
            >
              Delete
            </ConfirmButton>
          </>
        )}
      </Group>
      {error !== null && <ErrorCard error={error} />}
      {run.data !== undefined && (
        <Alert color="blue" variant="light" role="status">
          Started:{" "}
          <Link to="/runs/$id" params={{ id: run.data.id }}>
            open run {shortId(run.data.id)}
          </Link>
        </Alert>
      )}
    </>
  );
}
