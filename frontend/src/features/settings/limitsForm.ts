import type { Schema } from "@/api/types";

export const FIELDS = [
  "monthly_usd",
  "monthly_tokens",
  "max_running",
  "max_queued",
  "keep_executions_days",
  "keep_events_days",
] as const;

export type Limit = (typeof FIELDS)[number];
export type LimitValues = Record<Limit, number | "">;

export function valuesOf(limits: Pick<Schema<"LimitsRead">, Limit>): LimitValues {
  return Object.fromEntries(FIELDS.map((name) => [name, limits[name] ?? ""])) as LimitValues;
}

/** All of them at once: what is empty is the installation's default. */
export function bodyOf(values: LimitValues): Record<Limit, number | null> {
  return Object.fromEntries(
    FIELDS.map((name) => [name, values[name] === "" ? null : values[name]]),
  ) as Record<Limit, number | null>;
}

/** How much of a limit is used, from 0 to 100; nothing without a limit. */
export function shareOf(used: number | null, limit: number | null): number | undefined {
  if (limit === null || limit <= 0) return undefined;
  return Math.min(100, ((used ?? 0) / limit) * 100);
}
