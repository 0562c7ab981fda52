import { Button, Group, Text } from "@mantine/core";
import { $api } from "@/api/client";
import { type Job, useJob } from "@/api/jobs";
import { useStale } from "@/api/queries";
import { ErrorCard } from "@/components/ErrorCard";
import { JobPanel } from "@/components/JobPanel";
import { MEMORY } from "@/features/memory/recordActions";
import { aheadOf, stepName } from "@/features/memory/setup";
import { LinkButton } from "@/components/LinkButton";

interface Props {
  jobId: string;
  onAgain: () => void;
  onJob: (id: string) => void;
}

/** The set-up as it goes. The address names it: closing the page stops nothing. */
export function SetupProgress({ jobId, onAgain, onJob }: Props) {
  const stale = useStale();
  const job = useJob(jobId);
  const id = job.data?.subject_id ?? "";
  const backend = $api.useQuery(
    "get",
    "/api/v1/memory/backends/{id}",
    { params: { path: { id } } },
    { enabled: id !== "" },
  );
  const ahead = backend.data === undefined ? [] : [...aheadOf(backend.data), "activate"];
  return (
    <>
      <JobPanel
        id={jobId}
        title={`Setting up ${backend.data?.name ?? "Databricks"}`}
        ahead={ahead}
        nameOf={stepName}
        onEnded={() => void stale(MEMORY)}
        actions={(ended) =>
          ended.status === "done" ? null : <Again job={ended} onAgain={onAgain} onJob={onJob} />
        }
      >
        {() => (
          <Group>
            <Text size="sm">
              Everything was written to, searched and found. Runs that start from now on keep their
              memory there.
            </Text>
            <LinkButton to="/memory" size="xs">
              Open the memory
            </LinkButton>
            <LinkButton to="/memory/storage/$id" params={{ id }} size="xs" variant="default">
              See the indexes
            </LinkButton>
          </Group>
        )}
      </JobPanel>
      <Text size="sm" c="dimmed">
        You may close this page: the work goes on, and this address shows it again. What was made is
        taken back when a step fails for good.
      </Text>
    </>
  );
}

/** After a failure: the same names once more, or another place. */
function Again({ job, onAgain, onJob }: { job: Job; onAgain: () => void; onJob: Props["onJob"] }) {
  const setup = $api.useMutation("post", "/api/v1/memory/backends/{id}/setup", {
    onSuccess: (next) => onJob(next.id),
  });
  return (
    <Group gap="xs">
      {setup.error !== null && <ErrorCard error={setup.error} />}
      <Button size="xs" variant="default" onClick={onAgain}>
        Choose another place
      </Button>
      <Button
        size="xs"
        loading={setup.isPending}
        onClick={() =>
          setup.mutate({
            params: { path: { id: job.subject_id ?? "" } },
            body: { activate: true },
          })
        }
      >
        Try again
      </Button>
    </Group>
  );
}
