import { api } from "@/api/client";
import type { Schema } from "@/api/types";

export type ExportFormat = "yaml" | "json";

/** Saves a crew as a file where the browser keeps its downloads. */
export async function exportCrew(
  crew: { id: string; name: string },
  format: ExportFormat,
): Promise<void> {
  const { data } = await api.GET("/api/v1/crews/{id}/export", {
    params: { path: { id: crew.id }, query: { format } },
    parseAs: "text",
  });
  const url = URL.createObjectURL(new Blob([data as unknown as string], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${fileName(crew.name)}.${format}`;
  link.click();
  URL.revokeObjectURL(url);
}

function fileName(name: string): string {
  const plain = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  return plain.replace(/^-+|-+$/g, "") || "crew";
}

export async function duplicateCrew(id: string): Promise<Schema<"CrewRead">> {
  const { data } = await api.GET("/api/v1/crews/{id}", { params: { path: { id } } });
  if (data === undefined) throw new Error("the crew to be duplicated is empty");
  const made = await api.POST("/api/v1/crews", {
    body: {
      name: `${data.name.slice(0, 190)} copy`,
      description: data.description,
      definition: data.definition as Schema<"CrewDefinition">,
      note: `copy of version ${data.current_version}`,
    },
  });
  if (made.data === undefined) throw new Error("the server did not name the copy");
  return made.data;
}
