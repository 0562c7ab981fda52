import { ActionIcon, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Trash2 } from "lucide-react";
import { api } from "@/api/client";
import { useJob } from "@/api/jobs";
import { useStale } from "@/api/queries";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import type { Column } from "@/components/CursorTable";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { type Document, remedyOf, stepName } from "@/features/knowledge/documents";
import classes from "@/features/knowledge/Knowledge.module.css";
import { useUploads } from "@/features/knowledge/uploads";
import { formatBytes, formatNumber } from "@/lib/format";

export function documentColumns(
  names: ReadonlyMap<string, string>,
  canEdit: boolean,
): Column<Document>[] {
  return [
    {
      key: "title",
      header: "Document",
      render: (document) => (
        <>
          <span className={classes.file}>{document.title}</span>
          <Text size="xs" c="dimmed">
            {document.file_name} · {formatBytes(document.size_bytes)} ·{" "}
            {document.crew_id === null
              ? "the whole group"
              : `only ${names.get(document.crew_id) ?? "one crew"}`}
          </Text>
          {document.error !== null && (
            <p className={classes.failed}>
              {document.error.message}. {remedyOf(document.error.code)}
            </p>
          )}
        </>
      ),
    },
    {
      key: "status",
      header: "Status",
      width: 120,
      render: (document) => <Progress document={document} />,
    },
    {
      key: "chunks",
      header: "Passages",
      width: 90,
      wide: true,
      align: "end",
      render: (document) => formatNumber(document.chunks),
    },
    {
      key: "added",
      header: "Added",
      width: 110,
      wide: true,
      render: (document) => <RelativeTime at={document.created_at} />,
    },
    {
      key: "delete",
      header: "",
      width: 48,
      render: (document) => (canEdit ? <DeleteDocument document={document} /> : null),
    },
  ];
}

function Progress({ document }: { document: Document }) {
  const isReading = document.status === "reading" || document.status === "queued";
  const job = useJob(isReading ? (document.job_id ?? undefined) : undefined);
  const step = job.data?.steps.findLast((one) => one.status === "running");
  return (
    <>
      <StatusBadge status={document.status} />
      {step !== undefined && (
        <Text size="xs" c="dimmed" mt={2}>
          {stepName(step.name)}
          {step.detail !== "" && `: ${step.detail}`}
        </Text>
      )}
      {document.status === "queued" && job.data?.error != null && (
        <Text size="xs" c="dimmed" mt={2}>
          Tried again in a moment: {job.data.error.message}
        </Text>
      )}
    </>
  );
}

function DeleteDocument({ document }: { document: Document }) {
  const [asking, dialog] = useDisclosure(false);
  const stale = useStale();
  const forgetDocument = useUploads((store) => store.forgetDocument);

  async function remove() {
    await api.DELETE("/api/v1/knowledge/documents/{id}", {
      params: { path: { id: document.id } },
    });
    forgetDocument(document.id);
    await stale("/api/v1/knowledge", "/api/v1/memory");
  }

  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Delete ${document.title}`}
        onClick={dialog.open}
      >
        <Trash2 size={16} aria-hidden />
      </ActionIcon>
      <ConfirmDialog
        opened={asking}
        onClose={dialog.close}
        title={`Delete ${document.title}`}
        consequence="The document goes with everything that searches find of it. Crews cannot read it any more."
        confirm="Delete"
        onConfirm={remove}
      />
    </>
  );
}
