import { $api } from "@/api/client";
import type { Schema } from "@/api/types";

export type Job = Schema<"JobRead">;

const EVERY_MS = 1_000;

export function isOpen(job: Pick<Job, "status">): boolean {
  return job.status === "queued" || job.status === "running";
}

/** A background job, asked for every second until it has ended. */
export function useJob(id: string | undefined) {
  return $api.useQuery(
    "get",
    "/api/v1/jobs/{id}",
    { params: { path: { id: id ?? "" } } },
    {
      enabled: id !== undefined,
      refetchInterval: ({ state }) =>
        state.data !== undefined && !isOpen(state.data) ? false : EVERY_MS,
    },
  );
}
