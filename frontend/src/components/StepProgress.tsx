import { Text } from "@mantine/core";
import { CircleCheck, CircleDashed, CircleX, LoaderCircle, Undo2 } from "lucide-react";
import { Elapsed } from "@/components/Elapsed";
import classes from "@/components/StepProgress.module.css";

export interface Step {
  name: string;
  state: "waiting" | "running" | "done" | "failed" | "undone";
  startedAt?: string | null;
  finishedAt?: string | null;
  detail?: React.ReactNode;
}

const WORDS = {
  waiting: "waiting",
  running: "running",
  done: "done",
  failed: "failed",
  undone: "taken back",
};

/** Work of several steps, each with its name and how long it takes. */
export function StepProgress({ steps, label }: { steps: Step[]; label: string }) {
  return (
    <ol className={classes.steps} aria-label={label} aria-live="polite">
      {steps.map((step) => (
        <li key={step.name} className={classes.step} data-state={step.state}>
          <StateIcon state={step.state} />
          <span className={classes.name}>
            {step.name}
            <span className="visually-hidden"> ({WORDS[step.state]})</span>
          </span>
          <Text span size="xs" c="dimmed">
            <Elapsed from={step.startedAt} to={step.finishedAt} />
          </Text>
          {step.detail !== undefined && <div className={classes.detail}>{step.detail}</div>}
        </li>
      ))}
    </ol>
  );
}

function StateIcon({ state }: { state: Step["state"] }) {
  if (state === "done") return <CircleCheck size={16} aria-hidden />;
  if (state === "failed") return <CircleX size={16} aria-hidden />;
  if (state === "running") return <LoaderCircle size={16} aria-hidden className={classes.moving} />;
  if (state === "undone") return <Undo2 size={16} aria-hidden />;
  return <CircleDashed size={16} aria-hidden />;
}
