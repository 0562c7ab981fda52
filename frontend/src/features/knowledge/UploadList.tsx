import { ActionIcon, Button, CloseButton, Progress, Text, Tooltip } from "@mantine/core";
import { CircleStop } from "lucide-react";
import { $api } from "@/api/client";
import { actingGroup } from "@/api/group";
import { useJob } from "@/api/jobs";
import { Problem } from "@/api/problem";
import { StatusBadge } from "@/components/StatusBadge";
import { passages, stepName } from "@/features/knowledge/documents";
import classes from "@/features/knowledge/Knowledge.module.css";
import {
  mayRetry,
  retryUpload,
  stopUpload,
  type Upload,
  useUploads,
} from "@/features/knowledge/uploads";
import { formatBytes } from "@/lib/format";

/** Files of this visit, each with how far it is. */
export function UploadList() {
  const { uploads: all } = useUploads();
  const uploads = all.filter((one) => one.group === actingGroup());
  if (uploads.length === 0) return null;
  return (
    <ul className={classes.uploads} aria-label="Uploads">
      {uploads.map((upload) => (
        <UploadLine key={upload.key} upload={upload} />
      ))}
    </ul>
  );
}

function UploadLine({ upload }: { upload: Upload }) {
  return (
    <li className={classes.upload}>
      <span className={classes.file}>
        {upload.file.name}{" "}
        <Text span size="xs" c="dimmed">
          {formatBytes(upload.file.size)}
        </Text>
      </span>
      <span className={classes.state} aria-live="polite">
        <State upload={upload} />
        {mayRetry(upload) && (
          <Button size="compact-xs" variant="default" onClick={() => retryUpload(upload)}>
            Try again
          </Button>
        )}
      </span>
      <Away upload={upload} />
      {upload.state === "sending" && <Sending upload={upload} />}
      {upload.problem !== undefined && <p className={classes.said}>{said(upload.problem)}</p>}
      {upload.wasThere === true && (
        <p className={classes.said}>The same content was there already: it is that document.</p>
      )}
    </li>
  );
}

function Away({ upload: { key, file, state, share } }: { upload: Upload }) {
  const forget = useUploads((store) => store.forget);
  if (state === "waiting" || (state === "sending" && share < 1)) {
    const label = `Stop uploading ${file.name}`;
    return (
      <Tooltip label={label}>
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={label}
          onClick={() => stopUpload(key)}
        >
          <CircleStop size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    );
  }
  return (
    <CloseButton
      size="sm"
      aria-label={`Take ${file.name} off this list`}
      disabled={state === "sending"}
      onClick={() => forget(key)}
    />
  );
}

/** Outside of what is read out: a percentage that is said at every step drowns everything else. */
function Sending({ upload: { file, share } }: { upload: Upload }) {
  const percent = Math.floor(share * 100);
  return (
    <span className={classes.sending}>
      <Progress value={percent} size="sm" aria-label={`${file.name} is uploaded`} />
      <Text span size="xs" c="dimmed" className="tabular" aria-hidden>
        {percent} %
      </Text>
    </span>
  );
}

function said(problem: Problem | string): string {
  if (typeof problem === "string") return problem;
  const first = problem.errors[0]?.message;
  return first ?? problem.detail;
}

function State({ upload }: { upload: Upload }) {
  if (upload.state === "waiting") return <StatusBadge status="queued" word="Waiting" />;
  if (upload.state === "sending") {
    return <StatusBadge status="running" word={upload.share < 1 ? "Uploading" : "Storing"} />;
  }
  if (upload.state === "failed") return <StatusBadge status="failed" word="Not taken" />;
  if (upload.state === "stopped") return <StatusBadge status="cancelled" word="Stopped" />;
  return upload.documentId === undefined ? null : <DocumentState id={upload.documentId} />;
}

const EVERY_MS = 1_000;

function DocumentState({ id }: { id: string }) {
  const query = $api.useQuery(
    "get",
    "/api/v1/knowledge/documents/{id}",
    { params: { path: { id } } },
    {
      refetchInterval: ({ state }) =>
        state.data?.status === "ready" || state.data?.status === "failed" || state.error !== null
          ? false
          : EVERY_MS,
    },
  );
  const { status, chunks, job_id } = query.data ?? {};
  const job = useJob(status === "reading" ? (job_id ?? undefined) : undefined);
  const step = job.data?.steps.findLast((one) => one.status === "running");
  if (query.error !== null) return <StatusBadge status="off" word="Deleted" />;
  if (status === "ready") {
    return <StatusBadge status="ready" word={`Ready · ${passages(chunks ?? 0)}`} />;
  }
  if (status === "reading") {
    return (
      <StatusBadge status="reading" word={step === undefined ? "Reading" : stepName(step.name)} />
    );
  }
  return status === "failed" ? (
    <StatusBadge status="failed" word="Not readable" />
  ) : (
    <StatusBadge status="queued" word="Waiting to be read" />
  );
}
