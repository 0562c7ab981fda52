import { Badge } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { $api } from "@/api/client";
import { ErrorCard } from "@/components/ErrorCard";
import { JsonView } from "@/components/JsonView";
import { Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";

const route = getRouteApi("/crews/$id");

export function CrewPage() {
  const { id } = route.useParams();
  const query = $api.useQuery("get", "/api/v1/crews/{id}", { params: { path: { id } } });
  const crew = query.data;
  return (
    <Page>
      <PageHeader
        title={crew?.name ?? "Crew"}
        parent={{ to: "/crews", label: "Crews" }}
        beside={crew && <Badge variant="default">v{crew.current_version}</Badge>}
        description={crew?.description}
      />
      {query.isPending && <Loading what="Reading the crew" />}
      {query.error !== null && (
        <ErrorCard error={query.error} onRetry={() => void query.refetch()} />
      )}
      {crew !== undefined && (
        <Panel title="Definition">
          <JsonView value={crew.definition} open={3} />
        </Panel>
      )}
    </Page>
  );
}
