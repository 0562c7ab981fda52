import { ReactFlowProvider } from "@xyflow/react";
import { getRouteApi } from "@tanstack/react-router";
import { $api } from "@/api/client";
import { Loaded } from "@/components/Loaded";
import { Editor } from "@/features/crews/Editor";

const route = getRouteApi("/crews/$id");

export function CrewPage() {
  const { id } = route.useParams();
  const query = $api.useQuery("get", "/api/v1/crews/{id}", { params: { path: { id } } });
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
