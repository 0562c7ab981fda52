import { Button, Group, Stack, Text } from "@mantine/core";
import { $api } from "@/api/client";
import { Problem } from "@/api/problem";
import { useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { ErrorCard } from "@/components/ErrorCard";
import { Loading } from "@/components/Loading";
import { formatDuration } from "@/lib/format";

interface Props {
  hook: Schema<"WebhookRead">;
  onSecret: (secret: string) => void;
  onDone: () => void;
}

/** How long the old secret counts beside a new one. */
const DAY_S = 86_400;

/** What can be done with a stored webhook beside changing it. */
export function WebhookActions({ hook, onSecret, onDone }: Props) {
  const stale = useStale();
  const params = { params: { path: { id: hook.id } } };
  const test = $api.useMutation("post", "/api/v1/webhooks/{id}/test");
  const rotate = $api.useMutation("post", "/api/v1/webhooks/{id}/rotate-secret");
  const remove = $api.useMutation("delete", "/api/v1/webhooks/{id}");
  const error = test.error ?? (test.data?.error == null ? null : testProblem(test.data.error));
  return (
    <Stack gap="sm" flex={1}>
      <Group gap="xs">
        <Button variant="default" disabled={test.isPending} onClick={() => test.mutate(params)}>
          Send a test
        </Button>
        <ConfirmButton
          title="Make a new secret?"
          consequence="The old one signs too for a day, so that you can put in the new one."
          confirm="Make a new one"
          onConfirm={async () => {
            const { secret } = await rotate.mutateAsync({ ...params, body: { overlap_s: DAY_S } });
            onSecret(secret);
            onDone();
          }}
        >
          New secret
        </ConfirmButton>
        <ConfirmButton
          title={`Delete ${hook.name}?`}
          consequence="It hears of nothing any more; what is on its way to it is dropped."
          confirm="Delete"
          onConfirm={async () => {
            await remove.mutateAsync(params);
            void stale("/api/v1/webhooks");
            onDone();
          }}
        >
          Delete
        </ConfirmButton>
      </Group>
      {test.isPending && <Loading what={`Sending a test to ${hook.name}`} />}
      {error !== null && <ErrorCard error={error} />}
      {test.data?.ok === true && (
        <Text size="sm" role="status">
          It answered {test.data.status} in {formatDuration(test.data.latency_ms)}.
        </Text>
      )}
    </Stack>
  );
}

function testProblem({ code, message }: Schema<"ErrorRead">): Problem {
  return new Problem({ status: 0, code, title: "The test was not taken", detail: message });
}
