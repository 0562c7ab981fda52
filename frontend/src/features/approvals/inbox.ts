import { type Approval, shownText } from "@/components/approval/words";

/** One line of what is decided about. */
export function previewOf(approval: Approval): string {
  const { shown } = approval;
  const text =
    shownText(approval, "output") ??
    shownText(approval, "description") ??
    JSON.stringify(approval.kind === "tool" ? shown.arguments : shown);
  return text
    .replace(/[#*>`_\s]+/g, " ")
    .trim()
    .slice(0, 160);
}

/** Whom to select when this one is decided: the next below it, else the one above. */
export function nextAfter(ids: string[], decided: string): string | undefined {
  const at = ids.indexOf(decided);
  if (at < 0) return ids[0];
  return ids[at + 1] ?? ids[at - 1];
}
