import { Button, Group, NumberInput, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { $api } from "@/api/client";
import { fieldErrors } from "@/api/problem";
import { useStale } from "@/api/queries";
import { ModelChoice } from "@/components/run/ModelChoice";
import { RunFields } from "@/components/run/RunFields";
import { readFields, type RunField } from "@/components/run/runInputs";
import { SaveProblem } from "@/components/SaveProblem";
import {
  changesOf,
  type ScheduleValues,
  sourceIds,
  valuesOf,
} from "@/features/schedules/scheduleForm";
import { useInputFields } from "@/features/schedules/useInputFields";
import { When } from "@/features/schedules/When";
import { CATCH_UPS, OVERLAPS, type Schedule } from "@/features/schedules/words";

interface Props {
  /** None for a new one. */
  schedule: Schedule | undefined;
  onSaved: (schedule: Schedule) => void;
  onTheirs: () => void;
}

const ALL = { params: { query: { limit: 200 } } };

export function ScheduleForm({ schedule, onSaved, onTheirs }: Props) {
  const stale = useStale();
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [edited, setEdited] = useState<RunField[]>();
  const create = $api.useMutation("post", "/api/v1/schedules");
  const change = $api.useMutation("patch", "/api/v1/schedules/{id}");
  const form = useForm<ScheduleValues>({
    initialValues: valuesOf(schedule),
    validate: { source: (value) => (value === "" ? "Choose what it runs" : null) },
  });
  const proposed = useInputFields(form.values.source, schedule?.request.inputs);
  const fields = edited ?? proposed;

  function save(values: ScheduleValues, anyVersion = false) {
    const read = readFields(fields);
    setProblems(read.problems);
    if (Object.keys(read.problems).length > 0) return;
    const body = changesOf(values, read.inputs, schedule?.request);
    const settled = {
      onSuccess: (saved: Schedule) => {
        void stale("/api/v1/schedules");
        onSaved(saved);
      },
      onError: (error: unknown) => {
        form.setErrors(fieldErrors(error));
        setProblems(fieldErrors(error, "/request/inputs"));
      },
    };
    if (schedule === undefined) {
      create.mutate(
        { body: { timezone: "UTC", paused: false, ...body, ...sourceIds(values.source) } },
        settled,
      );
    } else {
      const header = anyVersion ? {} : { "if-match": String(schedule.version) };
      change.mutate({ params: { path: { id: schedule.id }, header }, body }, settled);
    }
  }

  return (
    <form onSubmit={form.onSubmit((values) => save(values))}>
      <Stack gap="md">
        <TextInput
          label="Name"
          placeholder="Morning brief"
          required
          data-autofocus
          {...form.getInputProps("name")}
        />
        <Source
          value={form.values.source}
          disabled={schedule !== undefined}
          error={form.errors.source ?? form.errors.crew_id ?? form.errors.flow_id}
          onChange={(source) => {
            form.setFieldValue("source", source);
            setEdited(undefined);
          }}
        />
        <When form={form} isStored={schedule !== undefined} />
        <RunFields fields={fields} problems={problems} onChange={setEdited} />
        {form.values.source.startsWith("crew:") && (
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <ModelChoice
              value={form.values.model}
              onChange={(model) => form.setFieldValue("model", model)}
              error={text(form.errors["request.model"])}
            />
            <NumberInput
              label="Stop each run at this cost"
              description="It ends before the next call"
              prefix="$"
              min={0}
              decimalScale={4}
              {...form.getInputProps("max_usd")}
            />
          </SimpleGrid>
        )}
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <Select
            label="When the run before still goes on"
            description={OVERLAPS.find(({ value }) => value === form.values.overlap)?.means}
            allowDeselect={false}
            data={OVERLAPS}
            {...form.getInputProps("overlap")}
          />
          <Select
            label="Times missed while Kasal was off"
            description={CATCH_UPS.find(({ value }) => value === form.values.catch_up)?.means}
            allowDeselect={false}
            data={CATCH_UPS}
            {...form.getInputProps("catch_up")}
          />
        </SimpleGrid>
        <SaveProblem
          error={create.error ?? change.error}
          onTheirs={onTheirs}
          onMine={() => save(form.values, true)}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending || change.isPending}>
            {schedule === undefined ? "Create the schedule" : "Save"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function text(node: React.ReactNode): string | undefined {
  return typeof node === "string" ? node : undefined;
}

interface SourceProps {
  value: string;
  disabled: boolean;
  error: React.ReactNode;
  onChange: (source: string) => void;
}

function Source({ value, disabled, error, onChange }: SourceProps) {
  const crews = $api.useQuery("get", "/api/v1/crews", ALL);
  const flows = $api.useQuery("get", "/api/v1/flows", ALL);
  const groups = [
    { group: "Crews", items: options("crew", crews.data?.items) },
    { group: "Flows", items: options("flow", flows.data?.items) },
  ].filter(({ items }) => items.length > 0);
  return (
    <Select
      label="What it runs"
      description={disabled ? "Make another schedule for something else" : undefined}
      placeholder="A crew or a flow"
      required
      searchable
      allowDeselect={false}
      disabled={disabled}
      data={groups}
      value={value === "" ? null : value}
      onChange={(chosen) => onChange(chosen ?? "")}
      error={error}
      nothingFoundMessage="Nothing by that name"
    />
  );
}

function options(kind: string, items: { id: string; name: string }[] = []) {
  return items.map(({ id, name }) => ({ value: `${kind}:${id}`, label: name }));
}
