import { Text } from "@mantine/core";
import { BookOpen } from "lucide-react";
import { usePages } from "@/api/queries";
import type { Schema } from "@/api/types";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { formatBytes, formatNumber } from "@/lib/format";

type Document = Schema<"KnowledgeDocumentRead">;

const COLUMNS: Column<Document>[] = [
  {
    key: "title",
    header: "Document",
    render: (document) => (
      <>
        {document.title}
        <Text size="xs" c="dimmed">
          {document.file_name} · {formatBytes(document.size_bytes)}
        </Text>
      </>
    ),
  },
  {
    key: "status",
    header: "Status",
    width: 130,
    render: (document) => <StatusBadge status={document.status} />,
  },
  {
    key: "chunks",
    header: "Pieces",
    width: 90,
    wide: true,
    align: "end",
    render: (document) => formatNumber(document.chunks),
  },
  {
    key: "added",
    header: "Added",
    width: 120,
    wide: true,
    render: (document) => <RelativeTime at={document.created_at} />,
  },
];

export function KnowledgePage() {
  const pages = usePages("/api/v1/knowledge/documents", { everyMs: 5_000 });
  return (
    <Page fill>
      <PageHeader title="Knowledge" description="Documents that crews look things up in" />
      <CursorTable
        label="Documents"
        pages={pages}
        columns={COLUMNS}
        rowKey={(document) => document.id}
        rowHeight={58}
        empty={
          <EmptyState icon={BookOpen} title="No document yet">
            Add one with <code>kasal knowledge add</code>: text, Markdown, PDF, Word, HTML or CSV.
          </EmptyState>
        }
      />
    </Page>
  );
}
