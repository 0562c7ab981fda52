import { Alert, List, Stack, Text } from "@mantine/core";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { $api } from "@/api/client";
import { useMe } from "@/api/me";
import { ErrorCard } from "@/components/ErrorCard";
import { Facts } from "@/components/Facts";
import { Loading } from "@/components/Loading";
import { Panel } from "@/components/Panel";
import { useReadiness } from "@/features/settings/useReadiness";

/** Whether runs can be started right now, and who asks. */
export function Health() {
  const ready = useReadiness();
  const me = useMe();
  const limits = $api.useQuery("get", "/api/v1/limits", {});
  return (
    <>
      <Panel title="This installation">
        <Stack gap="sm">
          {ready.isPending && <Loading what="Asking whether all is well" />}
          {ready.error !== null && (
            <ErrorCard error={ready.error} onRetry={() => void ready.refetch()} />
          )}
          {ready.data !== undefined &&
            (ready.data.reasons.length === 0 ? (
              <Alert
                color="green"
                variant="light"
                role="status"
                icon={<CircleCheck size={18} aria-hidden />}
                title="Ready"
              >
                The database is up to date and a worker is alive.
              </Alert>
            ) : (
              <Alert
                color="yellow"
                variant="light"
                role="alert"
                icon={<TriangleAlert size={18} aria-hidden />}
                title="Not ready: runs will wait"
              >
                <List size="sm">
                  {ready.data.reasons.map((reason) => (
                    <List.Item key={reason}>{reason}</List.Item>
                  ))}
                </List>
              </Alert>
            ))}
          <Text size="sm" c="dimmed">
            <code>kasal doctor</code> on the server looks at more: keys, sign-in, queues, jobs that
            failed, schedules and webhooks that were stopped.
          </Text>
        </Stack>
      </Panel>
      {me.data !== undefined && (
        <Panel title="You">
          <Facts
            of={[
              ["Signed in as", me.data.email],
              ["Sign-in", me.data.auth_mode.replace("_", " ")],
              ["Role", me.data.role],
              ["Group id", me.data.group_id],
              [
                "Running",
                limits.data && `${limits.data.running} of ${limits.data.effective_max_running}`,
              ],
            ]}
          />
        </Panel>
      )}
    </>
  );
}
