import { getRouteApi } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import { useState } from "react";
import { useMay, useMe } from "@/api/me";
import type { Schema } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ErrorCard } from "@/components/ErrorCard";
import { Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { useBackends } from "@/features/memory/backends";
import { SetupForm } from "@/features/memory/SetupForm";
import { SetupPlan } from "@/features/memory/SetupPlan";
import { SetupProgress } from "@/features/memory/SetupProgress";

const route = getRouteApi("/memory/storage/setup");
export type NewSetup = Schema<"NewMemorySetup">;

/** From nothing to verified memory in Databricks: where, what would be made, making it, using it. */
export function SetupPage() {
  const { job } = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const isAdmin = useMay("admin");
  const [wanted, setWanted] = useState<NewSetup>();

  function follow(id: string | undefined) {
    void navigate({
      search: ({ group }) => ({ ...(group && { group }), ...(id !== undefined && { job: id }) }),
    });
  }

  return (
    <Page>
      <PageHeader
        title="Set up Databricks"
        parent={{ to: "/memory/storage", label: "Storage" }}
        description="A vector search endpoint and four indexes, made and verified in one go"
      />
      {me.data !== undefined && !isAdmin ? (
        <EmptyState icon={Lock} title="An admin of the group sets this up">
          Your role here is {me.data.role}. Ask an admin of this group, or choose a group of your
          own at the bottom left.
        </EmptyState>
      ) : job !== undefined ? (
        <SetupProgress jobId={job} onAgain={() => follow(undefined)} onJob={follow} />
      ) : wanted === undefined ? (
        <FirstStep onPlan={setWanted} />
      ) : (
        <SetupPlan wanted={wanted} onBack={() => setWanted(undefined)} onStarted={follow} />
      )}
    </Page>
  );
}

function FirstStep({ onPlan }: { onPlan: (wanted: NewSetup) => void }) {
  const backends = useBackends();
  if (backends.error != null) return <ErrorCard error={backends.error} onRetry={backends.retry} />;
  if (backends.isPending) return <Loading what="Reading the places" />;
  return <SetupForm taken={backends.items.map((one) => one.name)} onPlan={onPlan} />;
}
