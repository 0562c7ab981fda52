import { Alert, List, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { api } from "@/api/client";
import type { Job } from "@/api/jobs";
import { ConfirmButton } from "@/components/ConfirmButton";
import { Facts } from "@/components/Facts";
import type { ForgetOrder } from "@/features/memory/ForgetForm";
import { type Forgotten, forgottenOf } from "@/features/memory/jobResult";

interface Props {
  job: Job;
  /** None after a reload: the server does not keep what was asked for. */
  order: ForgetOrder | undefined;
  onOrder: (order: ForgetOrder) => void;
  onStarted: (jobId: string) => void;
}

const SHOWN = 10;

export function ForgetResult({ job, order, onOrder, onStarted }: Props) {
  const found = forgottenOf(job.result ?? {});

  async function forget() {
    if (order === undefined) return;
    const whole = { ...order, dry_run: false };
    const { data } = await api.POST("/api/v1/memory/forget", { body: whole });
    onOrder(whole);
    if (data !== undefined) onStarted(data.id);
  }

  return (
    <Stack gap="md">
      <Facts
        of={[
          [found.dryRun ? "Would go" : "Records removed", found.records ?? "no record"],
          ["In runs", found.texts],
          ["Documents that mention it", found.documents.length === 0 ? null : documents(found)],
        ]}
      />
      {found.dryRun && <Examples refs={found.refs} />}
      {found.problems.length > 0 && (
        <Alert
          color="yellow"
          variant="light"
          icon={<TriangleAlert size={18} aria-hidden />}
          title="Not everything could be searched"
        >
          <List size="sm">
            {found.problems.map((problem) => (
              <List.Item key={problem}>{problem}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {found.dryRun ? (
        order === undefined ? (
          <Text size="sm" c="dimmed">
            What was searched for is not kept. Enter it again to forget it.
          </Text>
        ) : (
          <div>
            <ConfirmButton
              color="red.9"
              variant="filled"
              title="Forget it for good"
              consequence="Records go, and the words are taken out of what runs have written down. It cannot be brought back."
              confirm="Forget"
              phrase="forget"
              onConfirm={forget}
            >
              Forget it for good…
            </ConfirmButton>
          </div>
        )
      ) : (
        <Verdict found={found} />
      )}
    </Stack>
  );
}

function documents(found: Forgotten) {
  return (
    <>
      {found.documents.length}, see <Link to="/knowledge">Knowledge</Link>: delete those that should
      go as wholes
    </>
  );
}

function Examples({ refs }: { refs: string[] }) {
  if (refs.length === 0) return null;
  return (
    <List size="sm">
      {refs.slice(0, SHOWN).map((ref) => (
        <List.Item key={ref}>
          <Link to="/memory" search={{ record: ref }}>
            {ref}
          </Link>
        </List.Item>
      ))}
      {refs.length > SHOWN && <List.Item>and {refs.length - SHOWN} more</List.Item>}
    </List>
  );
}

function Verdict({ found }: { found: Forgotten }) {
  if (found.complete) {
    return (
      <Alert
        color="green"
        variant="light"
        icon={<CircleCheck size={18} aria-hidden />}
        title="Searched again: nothing is left"
      >
        Records, runs and recall were searched once more.
      </Alert>
    );
  }
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<TriangleAlert size={18} aria-hidden />}
      title="Some of it is left"
    >
      {found.remaining !== undefined && <p>Still there: {found.remaining}.</p>}
      {found.skipped > 0 && (
        <p>
          {found.skipped} {found.skipped === 1 ? "run was" : "runs were"} not ended and left alone.
          Forget it once more when they are.
        </p>
      )}
    </Alert>
  );
}
