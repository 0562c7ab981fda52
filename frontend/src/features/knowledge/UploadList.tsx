import { CloseButton, Text } from "@mantine/core";
import { $api } from "@/api/client";
import { actingGroup } from "@/api/group";
import { Problem } from "@/api/problem";
import { StatusBadge } from "@/components/StatusBadge";
import classes from "@/features/knowledge/Knowledge.module.css";
import { type Upload, useUploads } from "@/features/knowledge/uploads";
import { formatBytes } from "@/lib/format";

/** Files of this visit, each with how far it is. */
export function UploadList() {
  const { uploads: all, forget } = useUploads();
  const uploads = all.filter((one) => one.group === actingGroup());
  if (uploads.length === 0) return null;
  return (
    <ul className={classes.uploads} aria-label="Uploads" aria-live="polite">
      {uploads.map((upload) => (
        <li key={upload.key} className={classes.upload}>
          <span className={classes.file}>
            {upload.name}{" "}
            <Text span size="xs" c="dimmed">
              {formatBytes(upload.size)}
            </Text>
          </span>
          <State upload={upload} />
          <CloseButton
            size="sm"
            aria-label={`Take ${upload.name} off this list`}
            onClick={() => forget(upload.key)}
          />
          {upload.problem !== undefined && <p className={classes.said}>{said(upload.problem)}</p>}
          {upload.wasThere === true && (
            <p className={classes.said}>The same content was there already: it is that document.</p>
          )}
        </li>
      ))}
    </ul>
  );
}

function said(problem: Problem | string): string {
  if (typeof problem === "string") return problem;
  const first = problem.errors[0]?.message;
  return first ?? problem.detail;
}

function State({ upload }: { upload: Upload }) {
  if (upload.state === "waiting") return <StatusBadge status="queued" word="Waiting" />;
  if (upload.state === "sending") return <StatusBadge status="running" word="Sending" />;
  if (upload.state === "failed") return <StatusBadge status="failed" word="Not taken" />;
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
  if (query.error !== null) return <StatusBadge status="off" word="Deleted" />;
  return <StatusBadge status={query.data?.status ?? "queued"} />;
}
