import { api } from "@/api/client";

/** The example to begin with, for a group that has drawn nothing of its own yet. */
export async function exampleToBeginWith(): Promise<string | undefined> {
  const [own, examples] = await Promise.all([
    api.GET("/api/v1/crews", { params: { query: { example: false, limit: 1 } } }),
    api.GET("/api/v1/crews", { params: { query: { example: true, limit: 20 } } }),
  ]);
  // Newest first, and the first example was made first.
  return own.data?.items.length === 0 ? examples.data?.items.at(-1)?.id : undefined;
}
