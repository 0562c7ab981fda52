import { Button, Group, NumberInput, Progress, SimpleGrid, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { fieldErrors } from "@/api/problem";
import { useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { Loaded } from "@/components/Loaded";
import { Panel } from "@/components/Panel";
import { RelativeTime } from "@/components/RelativeTime";
import { SaveProblem } from "@/components/SaveProblem";
import { Usage } from "@/components/Usage";
import { bodyOf, type LimitValues, shareOf, valuesOf } from "@/features/settings/limitsForm";
import { formatDuration, formatMonth, formatNumber, formatUsd } from "@/lib/format";

type Read = Schema<"LimitsRead">;

export function Limits() {
  const limits = $api.useQuery("get", "/api/v1/limits", {});
  return (
    <Loaded query={limits} what="Reading the limits">
      {(read) => (
        <>
          <Used limits={read} />
          <LimitsForm key={read.version} limits={read} />
          {read.models.length > 0 && <Waits limits={read} />}
        </>
      )}
    </Loaded>
  );
}

function Used({ limits }: { limits: Read }) {
  const { used } = limits;
  const tokens = used.prompt_tokens + used.completion_tokens;
  return (
    <Panel title={`Used in ${formatMonth(limits.month)}`}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        <Figure
          name="Cost"
          value={formatUsd(used.cost_usd ?? 0)}
          of={limits.monthly_usd === null ? undefined : formatUsd(limits.monthly_usd)}
          share={shareOf(used.cost_usd, limits.monthly_usd)}
        />
        <Figure
          name="Tokens"
          value={formatNumber(tokens)}
          of={limits.monthly_tokens === null ? undefined : formatNumber(limits.monthly_tokens)}
          share={shareOf(tokens, limits.monthly_tokens)}
        />
        <Figure
          name="Running now"
          value={String(limits.running)}
          of={String(limits.effective_max_running)}
          share={shareOf(limits.running, limits.effective_max_running)}
        />
        <Figure
          name="Waiting"
          value={String(limits.queued)}
          of={formatNumber(limits.effective_max_queued)}
          share={shareOf(limits.queued, limits.effective_max_queued)}
        />
      </SimpleGrid>
      <Text size="sm" c="dimmed" mt="sm">
        <Usage usage={used} />. The month ends <RelativeTime at={limits.month_ends_at} />.
      </Text>
    </Panel>
  );
}

interface FigureProps {
  name: string;
  value: string;
  of: string | undefined;
  share: number | undefined;
}

function Figure({ name, value, of, share }: FigureProps) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text className="tabular">
        {value}
        <Text span c="dimmed">
          {of === undefined ? " without limit" : ` of ${of}`}
        </Text>
      </Text>
      {share !== undefined && (
        <Progress
          mt={4}
          size="sm"
          value={share}
          color={share > 90 ? "red" : "accent"}
          aria-label={`${name}: ${Math.round(share)} percent of the limit`}
        />
      )}
    </div>
  );
}

function LimitsForm({ limits }: { limits: Read }) {
  const may = useMay("admin");
  const stale = useStale();
  const form = useForm<LimitValues>({ initialValues: valuesOf(limits) });
  const put = $api.useMutation("put", "/api/v1/limits");

  function save(values: LimitValues, anyVersion = false) {
    const header = anyVersion ? {} : { "if-match": String(limits.version) };
    put.mutate(
      { params: { header }, body: bodyOf(values) },
      {
        onSuccess: () => {
          notifications.show({ message: "The limits are saved." });
          void stale("/api/v1/limits");
        },
        onError: (error) => form.setErrors(fieldErrors(error)),
      },
    );
  }

  const field = { disabled: !may, min: 0, thousandSeparator: "," };
  return (
    <Panel title="Limits">
      <form onSubmit={form.onSubmit((values) => save(values))}>
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
            <NumberInput
              label="Budget of a month"
              description="Runs stop before the call that would pass it"
              prefix="$"
              placeholder="without limit"
              decimalScale={2}
              {...field}
              {...form.getInputProps("monthly_usd")}
            />
            <NumberInput
              label="Tokens of a month"
              description="Prompts and answers together"
              placeholder="without limit"
              {...field}
              {...form.getInputProps("monthly_tokens")}
            />
            <NumberInput
              label="Runs at once"
              description="Others wait in the queue"
              placeholder={String(limits.effective_max_running)}
              {...field}
              {...form.getInputProps("max_running")}
            />
            <NumberInput
              label="Runs that may wait"
              description="More are refused"
              placeholder={formatNumber(limits.effective_max_queued)}
              {...field}
              {...form.getInputProps("max_queued")}
            />
            <NumberInput
              label="Keep runs, days"
              description="After their end; 0 keeps them for ever"
              placeholder="as the installation"
              {...field}
              {...form.getInputProps("keep_executions_days")}
            />
            <NumberInput
              label="Keep events, days"
              description="A run without events cannot be replayed"
              placeholder="as the installation"
              {...field}
              {...form.getInputProps("keep_events_days")}
            />
          </SimpleGrid>
          <SaveProblem
            error={put.error}
            onTheirs={() => void stale("/api/v1/limits")}
            onMine={() => save(form.values, true)}
          />
          {may ? (
            <Group justify="flex-end">
              <Button type="submit" loading={put.isPending} disabled={!form.isDirty()}>
                Save the limits
              </Button>
            </Group>
          ) : (
            <Text size="sm" c="dimmed">
              Admins of the group may change these.
            </Text>
          )}
        </Stack>
      </form>
    </Panel>
  );
}

function Waits({ limits }: { limits: Read }) {
  return (
    <Panel title="Waits for the rate limits of models">
      <Stack gap={4}>
        {limits.models.map(({ model, waits, waited_s }) => (
          <Text key={model} className="tabular" size="sm">
            {model}: {formatNumber(waits)} calls waited {formatDuration(waited_s * 1000)} together
          </Text>
        ))}
      </Stack>
    </Panel>
  );
}
