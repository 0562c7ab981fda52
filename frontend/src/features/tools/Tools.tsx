import { Modal, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Wrench } from "lucide-react";
import { usePages } from "@/api/queries";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { StatusBadge } from "@/components/StatusBadge";
import { effectOf } from "@/features/tools/effects";
import { type Tool, ToolForm } from "@/features/tools/ToolForm";

const route = getRouteApi("/tools");

const COLUMNS: Column<Tool>[] = [
  {
    key: "title",
    header: "Tool",
    render: (tool) => (
      <>
        <Link from="/tools" to="/tools" search={(before) => ({ ...before, open: tool.id })}>
          {tool.title}
        </Link>
        <Text size="xs" c="dimmed" lineClamp={2}>
          {tool.description}
        </Text>
      </>
    ),
  },
  {
    key: "effect",
    header: "Calls",
    width: 170,
    wide: true,
    render: (tool) => effectOf(tool.side_effect).label,
  },
  {
    key: "on",
    header: "Use",
    width: 100,
    render: (tool) => <StatusBadge status={tool.enabled && tool.available ? "on" : "off"} />,
  },
];

export function Tools() {
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const pages = usePages("/api/v1/tools", { limit: 200 });
  const tool = pages.items.find(({ id }) => id === open);
  const close = () => void navigate({ search: ({ group, tab }) => ({ group, tab }) });
  return (
    <>
      <CursorTable
        label="Tools"
        pages={pages}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        rowHeight={64}
        empty={
          <EmptyState icon={Wrench} title="No tool is there">
            Tools come with the installation: <code>kasal seed</code> puts them in.
          </EmptyState>
        }
      />
      <Modal opened={tool !== undefined} onClose={close} title={tool?.title} size="lg">
        {tool !== undefined && (
          <ToolForm key={`${tool.id} ${tool.version}`} tool={tool} onClose={close} />
        )}
      </Modal>
    </>
  );
}
