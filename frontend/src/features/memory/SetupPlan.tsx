import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { Coins, Sparkles } from "lucide-react";
import { $api } from "@/api/client";
import { useStale } from "@/api/queries";
import { ErrorCard } from "@/components/ErrorCard";
import { Loading } from "@/components/Loading";
import { Panel } from "@/components/Panel";
import { StatusBadge } from "@/components/StatusBadge";
import { identityWords, remedyWords } from "@/features/memory/backends";
import classes from "@/features/memory/Checks.module.css";
import { MEMORY } from "@/features/memory/recordActions";
import { plannedName, plannedWhat } from "@/features/memory/setup";
import type { NewSetup } from "@/features/memory/SetupPage";
import { CheckIcon } from "@/features/memory/VerificationPanel";
import { formatNumber } from "@/lib/format";

interface Props {
  wanted: NewSetup;
  onBack: () => void;
  onStarted: (jobId: string) => void;
}

const ACTIONS = { create: "Will be made", use: "Is there, and is used", blocked: "Not possible" };

/** What would be made and what it costs; nothing has happened yet. */
export function SetupPlan({ wanted, onBack, onStarted }: Props) {
  const stale = useStale();
  const plan = $api.useQuery("post", "/api/v1/memory/backends/setup/plan", { body: wanted });
  const start = $api.useMutation("post", "/api/v1/memory/backends/setup");
  const items = plan.data?.items ?? [];
  const blocked = items.filter((item) => item.action === "blocked");

  function begin() {
    start.mutate(
      { body: wanted },
      {
        onSuccess: (job) => {
          onStarted(job.id);
          void stale(MEMORY);
        },
      },
    );
  }

  if (plan.error !== null) {
    return (
      <ErrorCard
        error={plan.error}
        onRetry={() => void plan.refetch()}
        action={
          <Button size="xs" variant="default" onClick={onBack}>
            Back
          </Button>
        }
      />
    );
  }
  if (plan.data === undefined) return <Loading what="Looking at what is there already" />;
  return (
    <Stack gap="md" maw={760}>
      <Panel title="The plan">
        <Stack gap="md">
          {plan.data.identity !== null && (
            <Text size="sm">Made as {identityWords(plan.data.identity)}.</Text>
          )}
          <ul className={classes.checks} aria-label="What would be made">
            {items.map((item) => (
              <li key={item.name} className={classes.check} data-status={item.action}>
                <CheckIcon status={item.action} />
                <div className={classes.words}>
                  <span className={classes.what}>{plannedWhat(item)}</span> {plannedName(item)}
                  {item.action === "blocked" && (
                    <p className={classes.remedy}>{remedyWords(item.detail)}</p>
                  )}
                </div>
                <StatusBadge
                  status={item.action === "blocked" ? "not_permitted" : "queued"}
                  word={ACTIONS[item.action]}
                />
              </li>
            ))}
          </ul>
          <Text size="sm" c="dimmed">
            Names of indexes end in eight characters of their own (…), so that nothing that is there
            is touched. Vectors by {plan.data.embedder.name},{" "}
            {formatNumber(plan.data.embedder.dimension)} dimensions.
          </Text>
          <Alert
            role="note"
            color="gray"
            variant="light"
            icon={<Coins size={18} aria-hidden />}
            title="What it costs"
          >
            {plan.data.cost}.
          </Alert>
        </Stack>
      </Panel>
      {start.error !== null && <ErrorCard error={start.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
        <Button
          leftSection={<Sparkles size={16} aria-hidden />}
          loading={start.isPending}
          disabled={blocked.length > 0}
          onClick={begin}
        >
          Make it and use it
        </Button>
      </Group>
    </Stack>
  );
}
