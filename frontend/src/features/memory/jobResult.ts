import { typeName } from "@/features/memory/search";
import { formatNumber } from "@/lib/format";

type Result = Record<string, unknown>;

function objectOf(value: unknown): Result {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Result)
    : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** "4 short-term, 1 entity"; undefined where nothing was counted. */
export function countWords(value: unknown): string | undefined {
  const parts = Object.entries(objectOf(value)).flatMap(([type, count]) =>
    typeof count === "number" && count > 0
      ? [`${formatNumber(count)} ${typeName(type).toLowerCase()}`]
      : [],
  );
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** What a copy came to, a sentence a line. */
export function resultLines(result: Result): string[] {
  const lines: string[] = [];
  if (result.dry_run === true) {
    lines.push(`Would be copied: ${countWords(result.source) ?? "nothing"}`);
    return lines;
  }
  lines.push(`Copied: ${countWords(result.copied) ?? "nothing"}`);
  const present = countWords(result.present);
  if (present !== undefined) lines.push(`Were there already: ${present}`);
  const verified = countWords(result.verified);
  if (verified !== undefined) lines.push(`The same in both places: ${verified}`);
  const different = listOf(result.different).length;
  if (different > 0) lines.push(`${formatNumber(different)} records differ; copy once more`);
  if (result.embedded_anew === true)
    lines.push("Embedded anew, because the embedders are not the same");
  return lines;
}

export interface Forgotten {
  dryRun: boolean;
  records: string | undefined;
  refs: string[];
  documents: string[];
  texts: string | undefined;
  problems: string[];
  remaining: string | undefined;
  skipped: number;
  complete: boolean;
}

const TEXT_NAMES: Record<string, string> = { receipts: "recalled excerpts" };

function plainCounts(value: unknown): string | undefined {
  const parts = Object.entries(objectOf(value)).flatMap(([name, count]) =>
    typeof count === "number" && count > 0
      ? [`${formatNumber(count)} ${TEXT_NAMES[name] ?? name.replaceAll("_", " ")}`]
      : [],
  );
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** What an order to forget found or removed. */
export function forgottenOf(result: Result): Forgotten {
  return {
    dryRun: result.dry_run === true,
    records: countWords(result.records),
    refs: listOf(result.record_ids).flatMap((one) =>
      Array.isArray(one) ? [`${String(one[0])}/${String(one[1])}`] : [],
    ),
    documents: listOf(result.documents).map(String),
    texts: plainCounts(result.texts),
    problems: listOf(result.problems).map(String),
    remaining: plainCounts(result.remaining),
    skipped: listOf(result.skipped_executions).length,
    complete: result.complete === true,
  };
}
