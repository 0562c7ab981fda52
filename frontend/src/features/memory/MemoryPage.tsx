import { Text } from "@mantine/core";
import { BrainCircuit } from "lucide-react";
import { usePages } from "@/api/queries";
import type { Schema } from "@/api/types";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { RelativeTime } from "@/components/RelativeTime";

type MemoryRecord = Schema<"RecordRead">;

const COLUMNS: Column<MemoryRecord>[] = [
  {
    key: "text",
    header: "Record",
    render: (record) => (
      <>
        <Text size="sm" lineClamp={2}>
          {record.text}
        </Text>
        <Text size="xs" c="dimmed">
          {record.type.replaceAll("_", " ")}
          {record.crew?.name != null && ` · ${record.crew.name}`}
        </Text>
      </>
    ),
  },
  {
    key: "used",
    header: "Used",
    width: 80,
    wide: true,
    align: "end",
    render: (record) => `${record.used}×`,
  },
  {
    key: "made",
    header: "Made",
    width: 120,
    wide: true,
    render: (record) => <RelativeTime at={record.created_at} />,
  },
];

export function MemoryPage() {
  const pages = usePages("/api/v1/memory/records");
  return (
    <Page fill>
      <PageHeader title="Memory" description="What crews remember from run to run" />
      <CursorTable
        label="Records"
        pages={pages}
        columns={COLUMNS}
        rowKey={(record) => `${record.type} ${record.id}`}
        rowHeight={62}
        empty={
          <EmptyState icon={BrainCircuit} title="Nothing is remembered yet">
            A crew with memory keeps what it finds out. Its next run is told, and you see here what.
          </EmptyState>
        }
      />
    </Page>
  );
}
