import { Text } from "@mantine/core";
import { Wrench } from "lucide-react";
import { usePages } from "@/api/queries";
import type { Schema } from "@/api/types";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { StatusBadge } from "@/components/StatusBadge";

type Tool = Schema<"ToolRead">;

const REPEATED: Record<string, string> = {
  idempotent: "may be repeated",
  once: "never repeated",
  ask: "a person approves each call",
};

const COLUMNS: Column<Tool>[] = [
  {
    key: "title",
    header: "Tool",
    render: (tool) => (
      <>
        {tool.title}
        <Text size="xs" c="dimmed" lineClamp={2}>
          {tool.description}
        </Text>
      </>
    ),
  },
  {
    key: "effect",
    header: "Calls",
    width: 190,
    wide: true,
    render: (tool) => REPEATED[tool.side_effect] ?? tool.side_effect,
  },
  {
    key: "on",
    header: "Use",
    width: 100,
    render: (tool) => <StatusBadge status={tool.enabled && tool.available ? "on" : "off"} />,
  },
];

export function ToolsPage() {
  const pages = usePages("/api/v1/tools");
  return (
    <Page fill>
      <PageHeader title="Tools & MCP" description="What agents may use beside their model" />
      <CursorTable
        label="Tools"
        pages={pages}
        columns={COLUMNS}
        rowKey={(tool) => tool.id}
        rowHeight={64}
        empty={
          <EmptyState icon={Wrench} title="No tool is there">
            Tools come with the installation: <code>kasal seed</code> puts them in.
          </EmptyState>
        }
      />
    </Page>
  );
}
