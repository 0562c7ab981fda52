import { getRouteApi, Link } from "@tanstack/react-router";
import { BrainCircuit } from "lucide-react";
import { hasEnded, type Run } from "@/features/runs/model/live";
import type { RunView } from "@/features/runs/page/useRun";
import classes from "@/features/runs/RunPage.module.css";

const route = getRouteApi("/runs/$id");

/** Whether this run knew more than its inputs, and what the next one will know: said where the answer is read. */
export function MemoryNote({ view, run }: { view: RunView; run: Run }) {
  const words = memoryWords(view.picture?.boxes ?? [], hasEnded(run.status));
  const { task } = route.useSearch();
  if (words === undefined || task !== undefined) return null;
  return (
    <p className={classes.memory}>
      <BrainCircuit size={16} aria-hidden />
      <span>
        {words}{" "}
        <Link from="/runs/$id" to="." search={(before) => ({ ...before, tab: "memory" as const })}>
          See what
        </Link>
      </span>
    </p>
  );
}

interface Remembering {
  recalled: number;
  saved: number;
}

export function memoryWords(tasks: Remembering[], ended: boolean): string | undefined {
  const recalled = tasks.reduce((sum, task) => sum + task.recalled, 0);
  const saved = tasks.reduce((sum, task) => sum + task.saved, 0);
  const parts = [];
  if (recalled > 0) parts.push(`It remembered: ${counted(recalled)} went into its prompts.`);
  if (saved > 0 && ended) parts.push(`It left ${counted(saved)} for the next run of this crew.`);
  return parts.length === 0 ? undefined : parts.join(" ");
}

function counted(count: number): string {
  return count === 1 ? "1 record" : `${count} records`;
}
