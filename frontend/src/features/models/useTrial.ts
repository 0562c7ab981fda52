import { useState } from "react";
import { $api } from "@/api/client";
import { isOpen, useJob } from "@/api/jobs";
import { Problem } from "@/api/problem";
import { problemOf, type Trial, trialOf } from "@/features/models/trial";

export interface TrialState {
  start: (model: string) => void;
  forget: () => void;
  /** Named while it goes on. */
  step: string | undefined;
  trial: Trial | undefined;
  problem: unknown;
}

/** One small question to a model: ordered from the API, asked by a worker. */
export function useTrial(): TrialState {
  const [model, setModel] = useState("");
  const order = $api.useMutation("post", "/api/v1/models/test");
  const id = order.data?.id;
  const { data: job, error } = useJob(id);
  const goesOn = order.isPending || (id !== undefined && (job === undefined || isOpen(job)));
  const trial = job && trialOf(job);
  return {
    start: (name) => {
      setModel(name);
      order.mutate({ body: { model: name } });
    },
    forget: () => order.reset(),
    step: goesOn
      ? job?.status === "running"
        ? `Asking ${model}`
        : "Waiting for a worker"
      : undefined,
    trial,
    problem: order.error ?? error ?? endedBadly(job, trial),
  };
}

function endedBadly(
  job: Parameters<typeof trialOf>[0] | undefined,
  trial: Trial | undefined,
): Problem | undefined {
  if (trial?.error !== undefined) return problemOf(trial.error.code, trial.error.message);
  if (job?.status === "failed" && job.error !== null) {
    return problemOf(job.error.code, job.error.message);
  }
  return undefined;
}
