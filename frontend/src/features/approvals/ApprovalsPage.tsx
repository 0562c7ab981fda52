import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Hand } from "lucide-react";
import { usePages } from "@/api/queries";
import type { Schema } from "@/api/types";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import { shortId } from "@/lib/format";

type Approval = Schema<"ApprovalRead">;

const KINDS: Record<Approval["kind"], string> = {
  task_before: "May this task begin?",
  task_after: "Is its answer good?",
  tool: "May this call be made?",
  gate: "May the flow go on?",
};

const COLUMNS: Column<Approval>[] = [
  {
    key: "question",
    header: "Question",
    render: (approval) => (
      <>
        {KINDS[approval.kind]}
        <Text size="xs" c="dimmed">
          {approval.task}
        </Text>
      </>
    ),
  },
  {
    key: "run",
    header: "Run",
    width: 130,
    render: (approval) => (
      <Link to="/runs/$id" params={{ id: approval.execution_id }}>
        run {shortId(approval.execution_id)}
      </Link>
    ),
  },
  {
    key: "status",
    header: "Status",
    width: 140,
    wide: true,
    render: (approval) => <StatusBadge status={approval.status} />,
  },
  {
    key: "asked",
    header: "Asked",
    width: 120,
    wide: true,
    render: (approval) => <RelativeTime at={approval.created_at} />,
  },
];

export function ApprovalsPage() {
  const pages = usePages("/api/v1/approvals", { everyMs: 5_000 });
  return (
    <Page fill>
      <PageHeader title="Approvals" description="Questions that runs wait for" />
      <CursorTable
        label="Approvals"
        pages={pages}
        columns={COLUMNS}
        rowKey={(approval) => approval.id}
        rowHeight={58}
        empty={
          <EmptyState icon={Hand} title="Nobody waits for you">
            Where a task asks for approval, its run waits and the question appears here.
          </EmptyState>
        }
      />
    </Page>
  );
}
