import { SimpleGrid, Text } from "@mantine/core";
import { Cpu } from "lucide-react";
import { useMe } from "@/api/me";
import { usePages } from "@/api/queries";
import type { Schema } from "@/api/types";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { StatusBadge } from "@/components/StatusBadge";
import { formatShort } from "@/lib/format";

type Model = Schema<"ModelConfigRead">;

const COLUMNS: Column<Model>[] = [
  {
    key: "key",
    header: "Model",
    render: (model) => (
      <>
        {model.key}
        <Text size="xs" c="dimmed">
          {model.provider} · {model.name}
        </Text>
      </>
    ),
  },
  {
    key: "context",
    header: "Context",
    width: 110,
    wide: true,
    align: "end",
    render: (model) => formatShort(model.context_window),
  },
  {
    key: "on",
    header: "Use",
    width: 100,
    render: (model) => <StatusBadge status={model.enabled ? "on" : "off"} />,
  },
];

export function ModelsPage() {
  const me = useMe();
  const pages = usePages("/api/v1/models");
  return (
    <Page>
      <PageHeader title="Models & keys" description="What agents think with, and the keys for it" />
      <Loaded query={me} what="Reading the providers">
        {({ providers, default_model }) => (
          <Panel title="Providers">
            <Text c="dimmed" mb="sm">
              Where a crew names no model it uses {default_model}.
            </Text>
            <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
              {providers.map((provider) => (
                <div key={provider.name}>
                  <Text fw={500}>{provider.title}</Text>
                  <StatusBadge
                    status={provider.configured ? "ready" : "off"}
                    word={provider.configured ? "Ready" : "No key"}
                  />
                </div>
              ))}
            </SimpleGrid>
          </Panel>
        )}
      </Loaded>
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
    </Page>
  );
}
