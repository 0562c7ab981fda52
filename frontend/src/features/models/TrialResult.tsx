import { Alert } from "@mantine/core";
import { CircleCheck } from "lucide-react";
import { ErrorCard } from "@/components/ErrorCard";
import { Loading } from "@/components/Loading";
import type { TrialState } from "@/features/models/useTrial";
import { formatDuration } from "@/lib/format";

/** How far the test of a model is, or what came of it. */
export function TrialResult({ state, action }: { state: TrialState; action?: React.ReactNode }) {
  if (state.step !== undefined) return <Loading key={state.step} what={state.step} />;
  if (state.problem != null) return <ErrorCard error={state.problem} action={action} />;
  if (state.trial === undefined) return null;
  return (
    <Alert
      color="green"
      variant="light"
      role="status"
      icon={<CircleCheck size={18} aria-hidden />}
      title={`${state.trial.model} answered`}
    >
      In {formatDuration(state.trial.latencyMs)}. Crews of this group can use it.
    </Alert>
  );
}
