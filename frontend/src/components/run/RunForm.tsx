import { Button, Collapse, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronDown, ChevronRight, Play } from "lucide-react";
import { type SyntheticEvent, useState } from "react";
import { $api } from "@/api/client";
import { fieldErrors } from "@/api/problem";
import { makeStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { DemoBadge } from "@/components/DemoBadge";
import { ErrorCard } from "@/components/ErrorCard";
import { Loading } from "@/components/Loading";
import { CrewProblems } from "@/components/run/CrewProblems";
import { EstimateLine } from "@/components/run/EstimateLine";
import { ModelChoice } from "@/components/run/ModelChoice";
import { RunFields } from "@/components/run/RunFields";
import {
  type CrewToRun,
  fieldsOf,
  inputErrors,
  named,
  optionsOf,
  readFields,
  type RunBody,
  type RunField,
  type RunOptions,
  sourceOf,
  sourceWords,
} from "@/components/run/runInputs";
import { OptionFields } from "@/components/run/RunOptions";
import { onceKey } from "@/lib/once";

export interface RunFormProps extends CrewToRun {
  /** In place of those that the server proposes. */
  inputs?: Record<string, unknown> | undefined;
  model?: string | null | undefined;
  /** Shows model, budget and name from the start. */
  withOptions?: boolean;
  onCancel: () => void;
}

/** Every field that may be left out is optional, whatever its default. */
function asBody(body: RunBody): Schema<"ExecutionCreate"> {
  return body as Schema<"ExecutionCreate">;
}

export function RunForm({ onCancel, withOptions = false, ...crew }: RunFormProps) {
  const [options, setOptions] = useState<RunOptions>({
    model: crew.model ?? null,
    runName: "",
    maxUsd: "",
    maxTokens: "",
  });
  const [edited, setEdited] = useState<RunField[]>();
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [key] = useState(onceKey);
  const [more, moreOptions] = useDisclosure(withOptions);
  const navigate = useNavigate();
  const client = useQueryClient();

  const source = sourceOf(crew, options);
  const preview = $api.useQuery(
    "post",
    "/api/v1/executions/preview",
    { body: asBody(source) },
    { staleTime: 0, placeholderData: (before) => before },
  );
  const asked = preview.data?.inputs ?? [];
  const fields = edited ?? fieldsOf(asked, crew.inputs);
  const estimate = $api.useQuery(
    "post",
    "/api/v1/executions/estimate",
    { body: asBody({ ...source, inputs: named(asked) }) },
    { enabled: preview.data?.problems.length === 0, placeholderData: (before) => before },
  );
  const start = $api.useMutation("post", "/api/v1/executions");

  function run(event: SyntheticEvent) {
    event.preventDefault();
    const read = readFields(fields);
    setProblems(read.problems);
    if (Object.keys(read.problems).length > 0) return;
    start.mutate(
      {
        body: asBody({ ...source, inputs: read.inputs, ...optionsOf(options) }),
        params: { header: { "idempotency-key": key } },
      },
      { onSuccess: (started) => void opened(started) },
    );
  }

  async function opened(started: Schema<"ExecutionStarted">) {
    for (const message of started.warnings ?? []) {
      notifications.show({ color: "yellow", title: "The crew was started, but", message });
    }
    void makeStale(client, ["/api/v1/executions", "/api/v1/limits"]);
    await navigate({ to: "/runs/$id", params: { id: started.id } });
  }

  const told = fieldErrors(start.error);
  const isDemo = preview.data?.models.some(({ provider }) => provider === "demo") ?? false;
  const blocked = (preview.data?.problems.length ?? 0) > 0;
  const modelIsMissing =
    preview.data?.problems.some(({ pointer }) => /\/(model|llm)$/.test(pointer)) ?? false;
  const words = crew.inputs === undefined ? sourceWords(asked) : undefined;
  return (
    <form onSubmit={run} noValidate>
      <Stack gap="md">
        {preview.isPending && <Loading what="Reading what the crew asks for" />}
        {preview.data !== undefined && (
          <>
            {words !== undefined && (
              <Text size="sm" c="dimmed">
                {words}
              </Text>
            )}
            {fields.length === 0 && (
              <Text size="sm" c="dimmed">
                This crew asks for no inputs.
              </Text>
            )}
            {preview.data.problems.length > 0 && <CrewProblems problems={preview.data.problems} />}
            <RunFields
              fields={fields}
              problems={{ ...inputErrors(told), ...problems }}
              onChange={setEdited}
            />
            <MoreButton opened={more || modelIsMissing} onClick={moreOptions.toggle} />
            <Collapse expanded={more || modelIsMissing}>
              <Stack gap="md">
                <ModelChoice
                  value={options.model}
                  onChange={(model) => setOptions({ ...options, model })}
                  error={told.model}
                />
                <OptionFields options={options} onChange={setOptions} told={told} />
              </Stack>
            </Collapse>
            {!blocked && <EstimateLine estimate={estimate.data} />}
            {isDemo && <DemoNote />}
          </>
        )}
        {preview.error !== null && (
          <ErrorCard error={preview.error} onRetry={() => void preview.refetch()} />
        )}
        {start.error !== null && <ErrorCard error={start.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Not now
          </Button>
          <Button
            type="submit"
            leftSection={<Play size={16} aria-hidden />}
            loading={start.isPending || start.isSuccess}
            disabled={preview.data === undefined || preview.error !== null || blocked}
          >
            Run
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function MoreButton({ opened, onClick }: { opened: boolean; onClick: () => void }) {
  const Icon = opened ? ChevronDown : ChevronRight;
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      w="fit-content"
      aria-expanded={opened}
      leftSection={<Icon size={14} aria-hidden />}
      onClick={onClick}
    >
      Model, budget, name
    </Button>
  );
}

function DemoNote() {
  return (
    <Group gap="xs">
      <DemoBadge />
      <Text size="sm" c="dimmed">
        Costs nothing, and no language model runs. <Link to="/models">Use a real model</Link>
      </Text>
    </Group>
  );
}
