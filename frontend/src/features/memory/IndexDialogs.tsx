import { Checkbox, Drawer, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { $api, api } from "@/api/client";
import { useMe } from "@/api/me";
import { useStale } from "@/api/queries";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Facts } from "@/components/Facts";
import { Loaded } from "@/components/Loaded";
import { StatusBadge } from "@/components/StatusBadge";
import { type Backend, remedyWords } from "@/features/memory/backends";
import type { OpenDialog } from "@/features/memory/IndexList";
import { MEMORY } from "@/features/memory/recordActions";
import { typeName } from "@/features/memory/search";
import { formatNumber } from "@/lib/format";

interface Props {
  backend: Backend;
  dialog: OpenDialog | undefined;
  onClose: () => void;
}

export function DescribeIndex({ backend, dialog, onClose }: Props) {
  const name = dialog?.what === "describe" ? dialog.index.name : undefined;
  return (
    <Drawer
      opened={name !== undefined}
      onClose={onClose}
      position="right"
      title={name ?? "Index"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {name !== undefined && <Description id={backend.id} name={name} />}
    </Drawer>
  );
}

function Description({ id, name }: { id: string; name: string }) {
  const query = $api.useQuery("get", "/api/v1/memory/backends/{id}/indexes/{name}", {
    params: { path: { id, name } },
  });
  return (
    <Loaded query={query} what="Describing the index">
      {(index) => (
        <Stack gap="md">
          <Facts
            of={[
              ["State", <StatusBadge key="state" status={index.status} />],
              ["The store says", index.state],
              ["Holds", typeName(index.type)],
              ["Endpoint", index.endpoint === "" ? null : index.endpoint],
              ["Embedder", index.embedder],
              ["Dimensions", index.dimension === null ? null : formatNumber(index.dimension)],
              ["Records", index.row_count === null ? null : formatNumber(index.row_count)],
              ["Why", index.detail === "" ? null : index.detail],
              ["What to do", index.remedy === "" ? null : remedyWords(index.remedy)],
            ]}
          />
          <Text fw={600} size="sm">
            Columns
          </Text>
          <Facts of={Object.entries(index.columns)} />
        </Stack>
      )}
    </Loaded>
  );
}

export function EmptyIndex({ backend, dialog, onClose }: Props) {
  const index = dialog?.what === "empty" ? dialog.index : undefined;
  const navigate = useNavigate();
  const me = useMe();
  const [everybody, setEverybody] = useState(false);

  async function empty() {
    if (index === undefined) return;
    const { data } = await api.POST("/api/v1/memory/backends/{id}/indexes/{name}/empty", {
      params: { path: { id: backend.id, name: index.name } },
      body: { confirm: index.name, everybody },
    });
    void navigate({
      to: "/memory/storage/$id",
      params: { id: backend.id },
      search: data === undefined ? {} : { job: data.id },
    });
  }

  return (
    <ConfirmDialog
      opened={index !== undefined}
      onClose={onClose}
      title="Empty this index"
      consequence={
        <Stack gap="sm">
          <span>
            {everybody
              ? "The records of all groups that share this index go."
              : "All records of this group in this index go."}{" "}
            They cannot be brought back.
          </span>
          {me.data?.is_system_admin === true && (
            <Checkbox
              label="Those of all other groups, too"
              checked={everybody}
              onChange={(event) => setEverybody(event.currentTarget.checked)}
            />
          )}
        </Stack>
      }
      confirm="Empty"
      phrase={index?.name}
      onConfirm={empty}
    />
  );
}

export function DeleteIndex({ backend, dialog, onClose }: Props) {
  const index = dialog?.what === "delete" ? dialog.index : undefined;
  const stale = useStale();

  async function remove() {
    if (index === undefined) return;
    await api.DELETE("/api/v1/memory/backends/{id}/indexes/{name}", {
      params: { path: { id: backend.id, name: index.name } },
    });
    await stale(MEMORY);
  }

  return (
    <ConfirmDialog
      opened={index !== undefined}
      onClose={onClose}
      title="Delete this index"
      consequence="The index goes with everything in it. That is refused while runs use it or others have records in it."
      confirm="Delete"
      phrase={index?.name}
      onConfirm={remove}
    />
  );
}
