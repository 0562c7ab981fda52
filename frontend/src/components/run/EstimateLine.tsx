import { Text } from "@mantine/core";
import { Gauge } from "lucide-react";
import type { Schema } from "@/api/types";
import { formatDuration, formatShort, formatUsd } from "@/lib/format";

/** "About 7.4k tokens · $0.02 · 12 s", judged by earlier runs. */
export function EstimateLine({ estimate }: { estimate: Schema<"EstimateRead"> | undefined }) {
  return (
    <Text size="sm" c="dimmed" aria-live="polite" style={{ display: "flex", gap: 8 }}>
      <Gauge size={16} aria-hidden style={{ flex: "none", marginTop: 2 }} />
      <span className="tabular">{estimateWords(estimate)}</span>
    </Text>
  );
}

export function estimateWords(estimate: Schema<"EstimateRead"> | undefined): string {
  if (estimate === undefined) return "Looking at earlier runs";
  const { runs, tokens, usd, seconds } = estimate;
  if (runs === 0 || tokens === null) return "No earlier run tells what this will take.";
  const parts = [`${formatShort(tokens.p50)} tokens`];
  if (usd !== null) parts.push(formatUsd(usd.p50));
  if (seconds !== null) parts.push(formatDuration(seconds.p50 * 1000));
  const most = [`${formatShort(tokens.p90)} tokens`];
  if (usd !== null) most.push(formatUsd(usd.p90));
  return (
    `About ${parts.join(" · ")}; one in ten takes more than ${most.join(" · ")} ` +
    `(${runs} earlier ${runs === 1 ? "run" : "runs"})`
  );
}
