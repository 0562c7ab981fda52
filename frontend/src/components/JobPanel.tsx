import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { CircleX } from "lucide-react";
import { useEffect, useEffectEvent, useRef } from "react";
import { $api } from "@/api/client";
import { isOpen, type Job, useJob } from "@/api/jobs";
import { useMay } from "@/api/me";
import { useStale } from "@/api/queries";
import { ErrorCard } from "@/components/ErrorCard";
import { Loaded } from "@/components/Loaded";
import { Panel } from "@/components/Panel";
import { StatusBadge } from "@/components/StatusBadge";
import { type Step, StepProgress } from "@/components/StepProgress";

interface Props {
  id: string;
  title: string;
  /** Names of steps that are known before they begin, in their order. */
  ahead?: string[] | undefined;
  /** How a step is called for people. */
  nameOf?: (step: string) => string;
  /** What stands below when it is done. */
  children?: (job: Job) => React.ReactNode;
  /** At the right of the title when it has ended. */
  actions?: (job: Job) => React.ReactNode;
  onEnded?: (job: Job) => void;
}

/** Background work as it goes: its steps, what came of it, and a way to stop it. */
export function JobPanel(props: Props) {
  const query = useJob(props.id);
  return (
    <Loaded query={query} what="Reading how far it is">
      {(job) => <JobSteps {...props} job={job} />}
    </Loaded>
  );
}

function JobSteps({ job, title, ahead = [], nameOf = asItIs, ...props }: Props & { job: Job }) {
  const { children, actions, onEnded } = props;
  const open = isOpen(job);
  const wasOpen = useRef(open);
  const ended = useEffectEvent(() => onEnded?.(job));
  useEffect(() => {
    if (wasOpen.current && !open) ended();
    wasOpen.current = open;
  }, [open]);
  const steps = stepsOf(job, ahead);
  return (
    <Panel
      title={title}
      actions={
        <Group gap="xs">
          <StatusBadge status={job.status} />
          {open ? <CancelJob job={job} /> : actions?.(job)}
        </Group>
      }
    >
      <Stack gap="md">
        {job.status === "queued" && (
          <Text c="dimmed" size="sm" role="status">
            {job.tries > 0 ? "It is tried again in a moment" : "Waiting for a worker to take it"}
          </Text>
        )}
        {steps.length > 0 && (
          <StepProgress
            label={title}
            steps={steps.map((step) => ({ ...step, name: nameOf(step.name) }))}
          />
        )}
        {job.error !== null && (
          <Alert
            role="alert"
            color={open ? "yellow" : "red"}
            variant="light"
            icon={<CircleX size={18} aria-hidden />}
            title={open ? "It could not go on just now" : "It failed"}
          >
            {job.error.message}
            <Text size="xs" c="dimmed">
              {job.error.code}
            </Text>
          </Alert>
        )}
        {job.status === "done" && children?.(job)}
      </Stack>
    </Panel>
  );
}

function asItIs(name: string): string {
  return name;
}

const STATES: Record<string, Step["state"]> = {
  running: "running",
  done: "done",
  failed: "failed",
  undone: "undone",
};

/** What has begun, and behind it what is known to come. */
export function stepsOf(job: Pick<Job, "steps" | "status">, ahead: string[]): Step[] {
  const begun = job.steps.map((step) => ({
    name: step.name,
    // What ran when the job ended did not come to its end.
    state: step.status === "running" && !isOpen(job) ? ("failed" as const) : stateOf(step.status),
    detail: step.detail === "" ? undefined : step.detail,
  }));
  const known = new Set(begun.map((step) => step.name));
  const waiting = isOpen(job) ? ahead.filter((name) => !known.has(name)) : [];
  return [...begun, ...waiting.map((name) => ({ name, state: "waiting" as const }))];
}

function stateOf(status: string): Step["state"] {
  return STATES[status] ?? "waiting";
}

function CancelJob({ job }: { job: Job }) {
  const stale = useStale();
  const canEdit = useMay("editor");
  const cancel = $api.useMutation("post", "/api/v1/jobs/{id}/cancel", {
    onSuccess: () => stale("/api/v1/jobs"),
  });
  if (!canEdit) return null;
  return (
    <>
      {cancel.error !== null && <ErrorCard error={cancel.error} />}
      <Button
        size="xs"
        variant="default"
        loading={cancel.isPending}
        onClick={() => cancel.mutate({ params: { path: { id: job.id } } })}
      >
        Cancel
      </Button>
    </>
  );
}
