import { Button, Checkbox, Group, Select, Stack, Text } from "@mantine/core";
import { ArrowRight } from "lucide-react";
import { useState } from "react";
import { $api } from "@/api/client";
import type { Job } from "@/api/jobs";
import { useMay } from "@/api/me";
import { usePages, useStale } from "@/api/queries";
import { ErrorCard } from "@/components/ErrorCard";
import { JobPanel } from "@/components/JobPanel";
import { Panel } from "@/components/Panel";
import type { Backend } from "@/features/memory/backends";
import { resultLines } from "@/features/memory/jobResult";
import { MEMORY } from "@/features/memory/recordActions";
import { formatExact } from "@/lib/format";

const BUILT_IN = "built-in";

/** Copies what crews remember from one place to another; the source stays as it is. */
export function Migrations({ backends }: { backends: Backend[] }) {
  const isAdmin = useMay("admin");
  const stale = useStale();
  const pages = usePages("/api/v1/memory/migrations", { limit: 5 });
  const latest = pages.items[0];
  return (
    <Panel title="Copy memory to another place">
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          Everything is copied, with its vectors where both places have the same embedder, and
          compared afterwards. The source stays. Choose the new place for runs when the copy is
          done.
        </Text>
        {isAdmin && <MigrationForm backends={backends} />}
        {pages.error != null && <ErrorCard error={pages.error} onRetry={pages.retry} />}
        {latest !== undefined && (
          <JobPanel
            key={latest.id}
            id={latest.id}
            title={`Copy of ${formatExact(latest.created_at)}`}
            ahead={["copy", "verify"]}
            nameOf={stepName}
            onEnded={() => void stale(MEMORY)}
          >
            {(job) => <Outcome job={job} />}
          </JobPanel>
        )}
      </Stack>
    </Panel>
  );
}

function stepName(step: string): string {
  if (step === "copy") return "Copy the records";
  return step === "verify" ? "Compare both places" : step;
}

function Outcome({ job }: { job: Job }) {
  return (
    <Stack gap={2}>
      {resultLines(job.result ?? {}).map((line) => (
        <Text key={line} size="sm">
          {line}
        </Text>
      ))}
    </Stack>
  );
}

function MigrationForm({ backends }: { backends: Backend[] }) {
  const stale = useStale();
  const active = backends.find((one) => one.is_active);
  const [from, setFrom] = useState(active?.id ?? BUILT_IN);
  const [to, setTo] = useState<string | null>(null);
  const [dryRun, setDryRun] = useState(false);
  const start = $api.useMutation("post", "/api/v1/memory/migrations", {
    onSuccess: () => stale(`${MEMORY}/migrations`),
  });
  const places = [
    { value: BUILT_IN, label: "Built-in store" },
    ...backends.map((one) => ({ value: one.id, label: one.name })),
  ];

  function submit() {
    if (to === null) return;
    start.mutate({
      body: { from_backend_id: idOf(from), to_backend_id: idOf(to), dry_run: dryRun },
    });
  }

  return (
    <Stack gap="sm">
      <Group align="flex-end" gap="sm">
        <Select
          label="From"
          allowDeselect={false}
          data={places}
          value={from}
          onChange={(value) => setFrom(value ?? BUILT_IN)}
        />
        <Select
          label="To"
          placeholder="Choose a place"
          data={places.filter((one) => one.value !== from)}
          value={to === from ? null : to}
          onChange={setTo}
        />
        <Button
          leftSection={<ArrowRight size={16} aria-hidden />}
          loading={start.isPending}
          disabled={to === null || to === from}
          onClick={submit}
        >
          {dryRun ? "Count" : "Copy"}
        </Button>
      </Group>
      <Checkbox
        label="Only count what would be copied"
        checked={dryRun}
        onChange={(event) => setDryRun(event.currentTarget.checked)}
      />
      {start.error !== null && <ErrorCard error={start.error} />}
    </Stack>
  );
}

function idOf(place: string): string | null {
  return place === BUILT_IN ? null : place;
}
