import { Badge } from "@mantine/core";
import { Box, FileText, Lightbulb, type LucideIcon, MessageSquareText, Pin } from "lucide-react";
import type { Schema } from "@/api/types";
import { numberField, type MemoryRecord, provenanceOf } from "@/features/memory/provenance";
import { typeName } from "@/features/memory/search";
import classes from "@/features/memory/Records.module.css";

const ICONS: Record<string, LucideIcon> = {
  short_term: MessageSquareText,
  long_term: Lightbulb,
  entity: Box,
  document: FileText,
};

export function TypeIcon({ type, size = 15 }: { type: string; size?: number }) {
  const Icon = ICONS[type] ?? FileText;
  return <Icon size={size} aria-hidden />;
}

interface Props {
  record: MemoryRecord;
  /** Where a search found it. */
  found?: Schema<"MemoryFound"> | undefined;
}

/** Type, crew, quality and author in one line; of what was found, how well it fits. */
export function RecordMeta({ record, found }: Props) {
  const quality = numberField(record, "quality");
  const { agent } = provenanceOf(record);
  const parts = [typeName(record.type)];
  if (found !== undefined) parts.unshift(`fits ${Math.round(found.score * 100)} %`);
  if (record.crew !== null) parts.push(record.crew.name ?? "a crew without a name");
  if (agent !== undefined) parts.push(agent);
  if (quality !== undefined) parts.push(`quality ${quality.toFixed(1)}`);
  return (
    <span className={classes.meta}>
      {parts.join(" · ")}
      {record.pinned && <PinnedBadge />}
    </span>
  );
}

export function PinnedBadge() {
  return (
    <Badge size="sm" variant="light" leftSection={<Pin size={11} aria-hidden />}>
      Pinned
    </Badge>
  );
}
