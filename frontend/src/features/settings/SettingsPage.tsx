import { SimpleGrid, Text } from "@mantine/core";
import { Users } from "lucide-react";
import { $api } from "@/api/client";
import { type Me, useMe } from "@/api/me";
import { usePages } from "@/api/queries";
import type { Schema } from "@/api/types";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { RelativeTime } from "@/components/RelativeTime";
import { Usage } from "@/components/Usage";

export function SettingsPage() {
  const me = useMe();
  const limits = $api.useQuery("get", "/api/v1/limits", {});
  return (
    <Page>
      <PageHeader title="Settings" description="This group: its members, what it may use" />
      <Loaded query={limits} what="Reading the limits">
        {(read) => (
          <Panel title="This month">
            <SimpleGrid cols={{ base: 1, xs: 3 }}>
              <Figure name="Used" value={<Usage usage={read.used} />} />
              <Figure name="Running" value={`${read.running} of ${read.effective_max_running}`} />
              <Figure name="Waiting" value={`${read.queued} of ${read.effective_max_queued}`} />
            </SimpleGrid>
          </Panel>
        )}
      </Loaded>
      {me.data !== undefined && <Members me={me.data} />}
    </Page>
  );
}

function Figure({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text className="tabular">{value}</Text>
    </div>
  );
}

const COLUMNS: Column<Schema<"MemberRead">>[] = [
  { key: "email", header: "Member", render: (member) => member.email },
  { key: "role", header: "Role", width: 110, render: (member) => member.role },
  {
    key: "since",
    header: "Since",
    width: 120,
    wide: true,
    render: (member) => <RelativeTime at={member.created_at} />,
  },
];

function Members({ me }: { me: Me }) {
  const pages = usePages("/api/v1/groups/{id}/members", { place: { id: me.group_id } });
  return (
    <CursorTable
      label="Members"
      pages={pages}
      columns={COLUMNS}
      rowKey={(member) => member.user_id}
      empty={
        <EmptyState icon={Users} title="Nobody is here">
          Members of this group are listed here.
        </EmptyState>
      }
    />
  );
}
