import type { Schema } from "@/api/types";

export type Finding = Schema<"HealthFinding">;
export type FindingKind = Finding["kind"];

/** What should be looked at first comes first. */
export const FINDINGS: FindingKind[] = [
  "secret",
  "loop",
  "near_duplicate",
  "never_recalled",
  "expired",
];

const WORDS: Record<FindingKind, { title: string; why: string }> = {
  secret: {
    title: "Looks like a secret",
    why: "A key or a password has got into the memory, and from there into prompts. Remove it here, and change it where it is used.",
  },
  loop: {
    title: "Recalled and stored again",
    why: "Runs recall it and store nearly the same anew: it confirms itself without anybody finding it out again.",
  },
  near_duplicate: {
    title: "Nearly the same twice",
    why: "Both take a place in prompts and say one thing. Keep the better one.",
  },
  never_recalled: {
    title: "Never recalled",
    why: "No run has had it in front of it. It may have been worth a thought once, or is worded so that nothing finds it.",
  },
  expired: {
    title: "Past its time",
    why: "No crew reads it any more. It is removed as the crew goes on writing, or here.",
  },
};

export function findingTitle(kind: FindingKind): string {
  return WORDS[kind].title;
}

export function findingWhy(kind: FindingKind): string {
  return WORDS[kind].why;
}

export function findingKey(finding: Finding): string {
  return `${finding.type} ${finding.record_ids.join(" ")}`;
}
