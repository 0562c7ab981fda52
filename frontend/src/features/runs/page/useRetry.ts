import { notifications } from "@mantine/notifications";
import { $api } from "@/api/client";
import { useStale } from "@/api/queries";
import { asProblem } from "@/api/problem";

/** Runs an ended run again, as a whole (null) or from a task on. */
export function useRetry(id: string) {
  const stale = useStale();
  const retry = $api.useMutation("post", "/api/v1/executions/{id}/retry");
  return {
    isPending: retry.isPending,
    error: retry.error,
    run: (fromTask: string | null) =>
      retry.mutate(
        { params: { path: { id } }, body: { from_task: fromTask } },
        { onSuccess: () => void stale("/api/v1/executions", "/api/v1/limits") },
      ),
  };
}

export function useCancel() {
  const stale = useStale();
  const cancel = $api.useMutation("post", "/api/v1/executions/{id}/cancel");
  return {
    isPending: cancel.isPending,
    run: (id: string) =>
      cancel.mutate(
        { params: { path: { id } } },
        {
          onSuccess: () => void stale("/api/v1/executions", "/api/v1/limits", "/api/v1/approvals"),
          onError: (error) => tell("The run was not cancelled", error),
        },
      ),
  };
}

export function tell(title: string, error: unknown): void {
  notifications.show({ color: "red", title, message: asProblem(error).detail });
}
