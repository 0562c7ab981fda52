import type { Schema } from "@/api/types";

export type ApprovalStatus = Schema<"ApprovalStatus">;

export const STATUSES: ApprovalStatus[] = [
  "pending",
  "approved",
  "revised",
  "rejected",
  "expired",
  "withdrawn",
];

/** What the inbox shows, as the URL has it. Without a status: what waits. */
export interface ApprovalsSearch {
  status?: Exclude<ApprovalStatus, "pending"> | "any";
  /** The question that is open. */
  id?: string;
}

export function readApprovalsSearch(search: Record<string, unknown>): ApprovalsSearch {
  const found: ApprovalsSearch = {};
  const status = [...STATUSES, "any" as const].find((one) => one === search.status);
  if (status !== undefined && status !== "pending") found.status = status;
  if (typeof search.id === "string") found.id = search.id;
  return found;
}
