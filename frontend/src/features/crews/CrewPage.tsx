import { ReactFlowProvider } from "@xyflow/react";
import { getRouteApi } from "@tanstack/react-router";
import { $api } from "@/api/client";
import { ErrorCard } from "@/components/ErrorCard";
import { Loaded } from "@/components/Loaded";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { Editor } from "@/features/crews/Editor";

const route = getRouteApi("/crews/$id");

export function CrewPage() {
  const { id } = route.useParams();
  const query = $api.useQuery("get", "/api/v1/crews/{id}", { params: { path: { id } } });
  if (query.data === undefined && query.error !== null) {
    return (
      <Page>
        <PageHeader title="Crew" parent={{ to: "/crews", label: "Crews" }} />
        <ErrorCard error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  }
  return (
    <Loaded query={query} what="Reading the crew">
      {(crew) => (
        <ReactFlowProvider key={crew.id}>
          <Editor crew={crew} />
        </ReactFlowProvider>
      )}
    </Loaded>
  );
}
