import { ActionIcon, Menu, Table, Text } from "@mantine/core";
import { EllipsisVertical } from "lucide-react";
import { useState } from "react";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import type { Schema } from "@/api/types";
import { Loaded } from "@/components/Loaded";
import { Panel } from "@/components/Panel";
import { StatusBadge } from "@/components/StatusBadge";
import type { Backend } from "@/features/memory/backends";
import classes from "@/features/memory/BackendCard.module.css";
import { DeleteIndex, DescribeIndex, EmptyIndex } from "@/features/memory/IndexDialogs";
import { typeName } from "@/features/memory/search";
import { formatNumber } from "@/lib/format";

type Index = Schema<"MemoryIndexRead">;
export interface OpenDialog {
  what: "describe" | "empty" | "delete";
  index: Index;
}

/** The indexes that a backend names, whether they exist or not. */
export function IndexList({ backend }: { backend: Backend }) {
  const [dialog, setDialog] = useState<OpenDialog>();
  const query = $api.useQuery("get", "/api/v1/memory/backends/{id}/indexes", {
    params: { path: { id: backend.id } },
  });
  const close = () => setDialog(undefined);
  return (
    <Panel title="Indexes">
      <Loaded query={query} what="Counting what is in the indexes">
        {(page) => (
          <Table.ScrollContainer minWidth={520}>
            <Table verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Index</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th ta="end">Records</Table.Th>
                  <Table.Th ta="end">
                    <span className="visually-hidden">Actions</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {page.items.map((index) => (
                  <IndexRow key={`${index.type} ${index.name}`} index={index} onOpen={setDialog} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Loaded>
      <DescribeIndex backend={backend} dialog={dialog} onClose={close} />
      <EmptyIndex backend={backend} dialog={dialog} onClose={close} />
      <DeleteIndex backend={backend} dialog={dialog} onClose={close} />
    </Panel>
  );
}

function IndexRow({ index, onOpen }: { index: Index; onOpen: (dialog: OpenDialog) => void }) {
  const isAdmin = useMay("admin");
  const exists = index.status !== "missing";
  return (
    <Table.Tr>
      <Table.Td className={classes.indexName ?? ""}>
        {index.name}
        <Text size="xs" c="dimmed">
          {typeName(index.type)}
          {index.embedder !== null && ` · ${index.embedder}`}
        </Text>
      </Table.Td>
      <Table.Td>
        <StatusBadge status={index.status} />
      </Table.Td>
      <Table.Td ta="end" className="tabular">
        {index.row_count === null ? "—" : formatNumber(index.row_count)}
      </Table.Td>
      <Table.Td ta="end">
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${index.name}`}>
              <EllipsisVertical size={16} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onOpen({ what: "describe", index })}>Describe</Menu.Item>
            {isAdmin && exists && (
              <>
                <Menu.Item c="var(--kasal-bad)" onClick={() => onOpen({ what: "empty", index })}>
                  Empty…
                </Menu.Item>
                <Menu.Item c="var(--kasal-bad)" onClick={() => onOpen({ what: "delete", index })}>
                  Delete…
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}
