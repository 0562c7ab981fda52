import { Alert, Button, Stack, Text } from "@mantine/core";
import { CircleCheck } from "lucide-react";
import { useEffect, useEffectEvent } from "react";
import { $api } from "@/api/client";
import { Problem } from "@/api/problem";
import { ErrorCard } from "@/components/ErrorCard";
import { Facts } from "@/components/Facts";
import { Loading } from "@/components/Loading";
import type { Server } from "@/features/tools/ServerForm";
import { formatDuration } from "@/lib/format";

/** Asks the server for its tools, as a run would. */
export function ServerTest({ server, atOnce }: { server: Server; atOnce: boolean }) {
  const test = $api.useMutation("post", "/api/v1/mcp-servers/{id}/test");
  const start = useEffectEvent(() => test.mutate({ params: { path: { id: server.id } } }));
  const found = test.data;

  useEffect(() => {
    if (atOnce) start();
  }, [atOnce]);

  return (
    <Stack gap="sm">
      <div>
        <Button
          variant="default"
          disabled={test.isPending}
          onClick={() => test.mutate({ params: { path: { id: server.id } } })}
        >
          Test the connection
        </Button>
      </div>
      {test.isPending && <Loading what={`Asking ${server.name} for its tools`} />}
      {test.error !== null && <ErrorCard error={test.error} />}
      {found?.error != null && (
        <ErrorCard
          error={
            new Problem({
              status: 0,
              code: found.error.code,
              title: `${server.name} did not tell its tools`,
              detail: found.error.message,
            })
          }
        />
      )}
      {found?.ok === true && (
        <Alert
          color="green"
          variant="light"
          role="status"
          icon={<CircleCheck size={18} aria-hidden />}
          title={`${found.tools?.length ?? 0} tools in ${formatDuration(found.latency_ms)}`}
        >
          {(found.tools ?? []).length === 0 ? (
            <Text size="sm">It answered, and has no tools.</Text>
          ) : (
            <Facts
              of={(found.tools ?? []).map(({ name, description }) => [name, description || "–"])}
            />
          )}
        </Alert>
      )}
    </Stack>
  );
}
