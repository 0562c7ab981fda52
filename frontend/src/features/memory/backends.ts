import { $api } from "@/api/client";
import { usePages } from "@/api/queries";
import type { Schema } from "@/api/types";

export type Backend = Schema<"MemoryBackendRead">;
export type Check = Schema<"CheckRead"> | Schema<"IndexCheckRead">;

const MINUTE_MS = 60_000;

/** What is chosen now; `active` is undefined while the built-in default is. */
export function useBackends() {
  const pages = usePages("/api/v1/memory/backends", { limit: 200 });
  return { ...pages, active: pages.items.find((one) => one.is_active) };
}

/** Asks the store itself, with the caller's rights; nothing is written. Again after a minute at the earliest. */
export function useVerification(id: string, enabled = true) {
  return $api.useQuery(
    "post",
    "/api/v1/memory/backends/{id}/verify",
    { params: { path: { id } } },
    { staleTime: MINUTE_MS, enabled },
  );
}

export function useMemoryStats(crew?: string) {
  return $api.useQuery(
    "get",
    "/api/v1/memory/stats",
    { params: { query: crew === undefined ? {} : { crew_id: crew } } },
    { staleTime: 15_000 },
  );
}

const KINDS: Record<string, string> = {
  default: "Built in",
  databricks: "Databricks",
  pgvector: "PostgreSQL",
};

export function kindName(kind: string): string {
  return KINDS[kind] ?? kind;
}

/** Where its indexes are, in as few words as there are places: `main.kasal`. */
export function placeOf(backend: Pick<Backend, "kind" | "indexes">): string {
  if (backend.kind === "default") return "files of this server";
  if (backend.kind === "pgvector") return "this server's own database";
  const places = new Set(
    backend.indexes.map((index) => index.name.split(".").slice(0, -1).join(".")),
  );
  return [...places].join(", ");
}

const SOURCES: Record<string, string> = {
  on_behalf_of: "your own sign-in",
  stored_pat: "the token stored for this group",
  environment_pat: "the token of this server's environment",
  sdk_default: "what the Databricks SDK found on this server",
};

/** "ada@example.com, by the token stored for this group" */
export function identityWords(identity: Schema<"IdentityRead">): string {
  const source = SOURCES[identity.source] ?? identity.source;
  return identity.user === null ? source : `${identity.user}, by ${source}`;
}

/** The API speaks of its own paths where a person has a button. */
export function remedyWords(remedy: string): string {
  return remedy
    .replace("make it with POST /api/v1/memory/backends/{id}/setup", "make it with Set up")
    .replace("under /api/v1/api-keys", "under Models & keys");
}
