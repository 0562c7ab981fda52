import type { Schema } from "@/api/types";
import { formatNumber, formatShort, formatUsd } from "@/lib/format";

interface Props {
  usage: Schema<"UsageRead">;
  /** Tokens and cost only, short. */
  compact?: boolean;
}

/** "3 calls · 1,934 tokens · $0.006"; no price where none is known. */
export function Usage({ usage, compact = false }: Props) {
  const tokens = usage.prompt_tokens + usage.completion_tokens;
  const parts: string[] = [];
  if (!compact)
    parts.push(`${formatNumber(usage.llm_calls)} ${usage.llm_calls === 1 ? "call" : "calls"}`);
  parts.push(
    `${compact ? formatShort(tokens) : formatNumber(tokens)} ${compact ? "tok" : "tokens"}`,
  );
  if (usage.cost_usd !== null) parts.push(formatUsd(usage.cost_usd));
  const title = `${formatNumber(usage.prompt_tokens)} tokens in, ${formatNumber(usage.completion_tokens)} out`;
  return (
    <span className="tabular" title={title}>
      {parts.join(" · ")}
    </span>
  );
}
