import {
  BookOpen,
  BrainCircuit,
  CirclePlay,
  Hand,
  ListChecks,
  type LucideIcon,
  MessageSquareText,
  ShieldCheck,
  StickyNote,
  Wrench,
} from "lucide-react";
import type { SpanKind } from "@/features/runs/model/spans";

const ICONS: Record<SpanKind, [icon: LucideIcon, word: string]> = {
  run: [CirclePlay, "Run"],
  task: [ListChecks, "Task"],
  llm: [MessageSquareText, "Model call"],
  tool: [Wrench, "Tool call"],
  memory: [BrainCircuit, "Memory"],
  knowledge: [BookOpen, "Knowledge"],
  guardrail: [ShieldCheck, "Check"],
  approval: [Hand, "Approval"],
  note: [StickyNote, "Note"],
};

export const kindWord = (kind: SpanKind): string => ICONS[kind][1];

export function SpanIcon({ kind, className }: { kind: SpanKind; className?: string | undefined }) {
  const [Icon, word] = ICONS[kind];
  return <Icon size={15} aria-label={word} className={className} />;
}
