import { Button, Modal, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Cpu } from "lucide-react";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { usePages } from "@/api/queries";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { StatusBadge } from "@/components/StatusBadge";
import type { Model } from "@/features/models/modelForm";
import { ModelForm } from "@/features/models/ModelForm";
import { formatShort, formatUsd } from "@/lib/format";

const route = getRouteApi("/models");

const COLUMNS: Column<Model>[] = [
  {
    key: "key",
    header: "Model",
    render: (model) => (
      <>
        <Link from="/models" to="/models" search={(before) => ({ ...before, edit: model.id })}>
          {model.key}
        </Link>
        <Text size="xs" c="dimmed">
          {model.provider} · {model.name}
        </Text>
      </>
    ),
  },
  {
    key: "context",
    header: "Context",
    width: 100,
    wide: true,
    align: "end",
    render: (model) => formatShort(model.context_window),
  },
  {
    key: "price",
    header: "USD a million, in / out",
    width: 190,
    wide: true,
    align: "end",
    render: (model) =>
      model.input_cost_per_mtok === null && model.output_cost_per_mtok === null
        ? "known price"
        : `${formatUsd(model.input_cost_per_mtok ?? 0)} / ${formatUsd(model.output_cost_per_mtok ?? 0)}`,
  },
  {
    key: "on",
    header: "Use",
    width: 100,
    render: (model) => <StatusBadge status={model.enabled ? "on" : "off"} />,
  },
];

export function Models() {
  const { edit } = route.useSearch();
  const navigate = route.useNavigate();
  const pages = usePages("/api/v1/models");
  const close = () => void navigate({ search: ({ group, tab }) => ({ group, tab }) });
  return (
    <>
      <CursorTable
        label="Models"
        pages={pages}
        columns={COLUMNS}
        rowKey={(model) => model.id}
        rowHeight={58}
        empty={
          <EmptyState icon={Cpu} title="No model is listed">
            Agents may name a model as provider/name all the same.
          </EmptyState>
        }
      />
      <Modal
        opened={edit !== undefined}
        onClose={close}
        title={edit === "new" ? "Add a model" : "Model"}
        size="lg"
      >
        {edit === "new" && <ModelForm model={undefined} onClose={close} />}
        {edit !== undefined && edit !== "new" && <Edit id={edit} onClose={close} />}
      </Modal>
    </>
  );
}

function Edit({ id, onClose }: { id: string; onClose: () => void }) {
  const query = $api.useQuery("get", "/api/v1/models/{id}", { params: { path: { id } } });
  return (
    <Loaded query={query} what="Reading the model">
      {(model) => <ModelForm key={model.version} model={model} onClose={onClose} />}
    </Loaded>
  );
}

export function AddModel() {
  const may = useMay("admin");
  if (!may) return null;
  return (
    <Button
      renderRoot={(props) => (
        <Link to="/models" search={{ tab: "models", edit: "new" }} {...props} />
      )}
    >
      Add a model
    </Button>
  );
}
