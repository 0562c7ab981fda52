import type { Schema } from "@/api/types";

type Status = Schema<"ExecutionStatus">;

export const STATUSES: Status[] = [
  "PENDING",
  "PREPARING",
  "RUNNING",
  "WAITING_FOR_APPROVAL",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
];

/** What the list is filtered by, as the URL has it. */
export interface RunsSearch {
  status?: Status;
}

export function readRunsSearch(search: Record<string, unknown>): RunsSearch {
  const status = STATUSES.find((one) => one === search.status);
  return status === undefined ? {} : { status };
}
