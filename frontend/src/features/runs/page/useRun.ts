import { useThrottledValue } from "@mantine/hooks";
import { useEffect, useMemo } from "react";
import { $api } from "@/api/client";
import type { EventLog } from "@/api/useEvents";
import { useEvents } from "@/api/useEvents";
import type { Schema } from "@/api/types";
import { crewPicture, flowPicture, type Picture } from "@/features/runs/model/graph";
import {
  hasEnded,
  type Run,
  type Task,
  type TaskNow,
  tasksNow,
  turnOf,
} from "@/features/runs/model/live";

export interface RunView {
  run: Run | undefined;
  error: unknown;
  retry: () => void;
  plan: Schema<"ExecutionPlanRead"> | undefined;
  tasks: Task[];
  /** By key: what events tell, ahead of `tasks`. */
  now: ReadonlyMap<string, TaskNow>;
  picture: Picture | undefined;
  /** Questions that wait for a person. */
  questions: Schema<"ApprovalRead">[];
  log: EventLog;
}

const NO_TASKS: Task[] = [];

/** All about one run, kept up to date by its events. */
export function useRun(id: string): RunView {
  const place = { params: { path: { id } } };
  const run = $api.useQuery("get", "/api/v1/executions/{id}", place, {
    refetchInterval: ({ state }) => (endedOf(state.data) ? false : 3_000),
  });
  const isFlow = run.data?.kind === "flow";
  const isCrew = run.data?.kind === "crew";
  const moving = run.data !== undefined && !hasEnded(run.data.status);
  const plan = $api.useQuery("get", "/api/v1/executions/{id}/plan", place, {
    staleTime: Infinity,
    enabled: run.data !== undefined,
  });
  const tasks = $api.useQuery("get", "/api/v1/executions/{id}/tasks", place, { enabled: isCrew });
  const nodes = $api.useQuery("get", "/api/v1/executions/{id}/nodes", place, {
    enabled: isFlow,
    refetchInterval: moving ? 1_500 : false,
  });
  const waits = run.data?.status === "WAITING_FOR_APPROVAL";
  const approvals = $api.useQuery("get", "/api/v1/executions/{id}/approvals", place, {
    enabled: waits,
    refetchInterval: waits ? 5_000 : false,
  });
  const log = useEvents(id, run.data?.attempt ?? 1);
  const { events } = log;

  const { refetch: readRun } = run;
  const { refetch: readTasks } = tasks;
  const turn = useThrottledValue(
    useMemo(() => turnOf(events), [events]),
    300,
  );
  useEffect(() => {
    if (turn === 0) return;
    void readRun();
    if (isCrew) void readTasks();
  }, [turn, isCrew, readRun, readTasks]);

  const order = useMemo(() => plan.data?.tasks.map(({ key }) => key) ?? [], [plan.data]);
  const now = useMemo(() => tasksNow(events, order), [events, order]);
  const read = tasks.data?.items ?? NO_TASKS;
  const picture = useMemo(() => {
    if (plan.data === undefined) return undefined;
    return isFlow
      ? flowPicture(plan.data, nodes.data?.items ?? [])
      : crewPicture(plan.data, read, now);
  }, [plan.data, isFlow, nodes.data, read, now]);

  return {
    run: run.data,
    error: run.error ?? plan.error ?? tasks.error ?? nodes.error,
    retry: () => void Promise.all([run.refetch(), plan.refetch()]),
    plan: plan.data,
    tasks: read,
    now,
    picture,
    questions: waits
      ? (approvals.data?.items ?? []).filter(({ status }) => status === "pending")
      : [],
    log,
  };
}

function endedOf(run: Run | undefined): boolean {
  return run !== undefined && hasEnded(run.status);
}
