import { Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import { useState } from "react";
import { useMay, useMe } from "@/api/me";
import { useStale } from "@/api/queries";
import { EmptyState } from "@/components/EmptyState";
import { JobPanel } from "@/components/JobPanel";
import { ForgetForm, type ForgetOrder } from "@/features/memory/ForgetForm";
import { ForgetResult } from "@/features/memory/ForgetResult";
import { MemoryFrame } from "@/features/memory/MemoryFrame";
import { MEMORY } from "@/features/memory/recordActions";

const route = getRouteApi("/memory/forget");

/** Removes a person or a subject wherever it stands, and searches again to see whether any is left. */
export function ForgetPage() {
  const { job } = route.useSearch();
  const navigate = route.useNavigate();
  const stale = useStale();
  const me = useMe();
  const canEdit = useMay("editor");
  const [order, setOrder] = useState<ForgetOrder>();

  function follow(id: string) {
    void navigate({ search: ({ group }) => ({ ...(group && { group }), job: id }) });
  }

  return (
    <MemoryFrame>
      <Text c="dimmed" maw={760}>
        Removes a person, a subject, a run or a document from records and from what runs have
        written down, and searches again to see whether any of it is left.
      </Text>
      {me.data !== undefined && !canEdit ? (
        <EmptyState icon={Lock} title="An editor of the group does this">
          Your role here is {me.data.role}.
        </EmptyState>
      ) : (
        <ForgetForm
          onStarted={(id, body) => {
            setOrder(body);
            follow(id);
          }}
        />
      )}
      {job !== undefined && (
        <JobPanel
          key={job}
          id={job}
          title={order?.dry_run === false ? "Forgetting" : "Searching everything"}
          onEnded={() => void stale(MEMORY, "/api/v1/knowledge", "/api/v1/executions")}
        >
          {(ended) => (
            <ForgetResult job={ended} order={order} onStarted={follow} onOrder={setOrder} />
          )}
        </JobPanel>
      )}
    </MemoryFrame>
  );
}
