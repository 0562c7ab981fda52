import { Button, Text } from "@mantine/core";
import { CircleCheck, CircleX, Clock } from "lucide-react";
import { ErrorCard } from "@/components/ErrorCard";
import { Loading } from "@/components/Loading";
import { Panel } from "@/components/Panel";
import { StatusBadge } from "@/components/StatusBadge";
import {
  type Backend,
  type Check,
  identityWords,
  remedyWords,
  useVerification,
} from "@/features/memory/backends";
import classes from "@/features/memory/Checks.module.css";

/** What the store answers to the caller right now, with a remedy for each thing that is not as it should be. */
export function VerificationPanel({ backend }: { backend: Backend }) {
  const { data, error, isFetching, refetch } = useVerification(backend.id);
  return (
    <Panel
      title="Can it be used?"
      actions={
        <Button
          size="xs"
          variant="default"
          disabled={data === undefined && error === null}
          loading={isFetching && data !== undefined}
          onClick={() => void refetch()}
        >
          Verify again
        </Button>
      }
    >
      {data === undefined && error === null && <Loading what="Asking the store" />}
      {error !== null && <ErrorCard error={error} onRetry={() => void refetch()} />}
      {data !== undefined && error === null && (
        <>
          {data.identity !== null && (
            <Text size="sm" mb="sm">
              Asked as {identityWords(data.identity)}.
            </Text>
          )}
          <ul className={classes.checks} aria-label="Checks">
            {data.endpoints.map((check) => (
              <CheckLine key={check.name} what="Endpoint" check={check} />
            ))}
            {data.indexes.map((check) => (
              <CheckLine key={check.name} what="Index" check={check} />
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

function CheckLine({ what, check }: { what: string; check: Check }) {
  return (
    <li className={classes.check} data-status={check.status}>
      <CheckIcon status={check.status} />
      <div className={classes.words}>
        <span>
          <span className={classes.what}>{what}</span> {check.name}
        </span>
        {check.status !== "ready" && (
          <>
            {check.detail !== "" && <p>{check.detail}</p>}
            <p className={classes.remedy}>What to do: {remedyWords(check.remedy)}</p>
          </>
        )}
      </div>
      <StatusBadge status={check.status} />
    </li>
  );
}

export function CheckIcon({ status }: { status: string }) {
  if (status === "ready" || status === "use") return <CircleCheck size={16} aria-hidden />;
  if (status === "not_ready" || status === "create") return <Clock size={16} aria-hidden />;
  return <CircleX size={16} aria-hidden />;
}
