import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Webhook as WebhookIcon } from "lucide-react";
import { useState } from "react";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { fieldErrors } from "@/api/problem";
import { usePages, useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { FormFor } from "@/components/FormFor";
import { SaveProblem } from "@/components/SaveProblem";
import { StatusBadge } from "@/components/StatusBadge";
import { SecretOnce } from "@/features/settings/SecretOnce";
import { WebhookActions } from "@/features/settings/WebhookActions";

type Webhook = Schema<"WebhookRead">;
type Event = Schema<"WebhookEvent">;

const route = getRouteApi("/settings");
const EVENTS: { value: Event; label: string }[] = [
  { value: "execution_completed", label: "A run has completed" },
  { value: "execution_failed", label: "A run has failed" },
  { value: "execution_cancelled", label: "A run was cancelled" },
  { value: "approval_requested", label: "A run asks for approval" },
  { value: "approval_decided", label: "An approval was decided" },
  { value: "batch_done", label: "A batch is done" },
  { value: "batch_cancelled", label: "A batch was cancelled" },
  { value: "schedule_paused", label: "Kasal paused a schedule" },
];

const COLUMNS: Column<Webhook>[] = [
  {
    key: "name",
    header: "Webhook",
    render: (hook) => (
      <>
        <Link from="/settings" to="/settings" search={{ tab: "webhooks", open: hook.id }}>
          {hook.name}
        </Link>
        <Text size="xs" c="dimmed">
          {hook.url}
        </Text>
      </>
    ),
  },
  {
    key: "events",
    header: "Hears of",
    wide: true,
    render: (hook) => `${hook.events.length} kinds`,
  },
  {
    key: "on",
    header: "Use",
    width: 100,
    render: (hook) => <StatusBadge status={hook.enabled ? "on" : "off"} />,
  },
];

export function Webhooks() {
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const pages = usePages("/api/v1/webhooks");
  const may = useMay("admin");
  const [secret, setSecret] = useState<string>();
  const show = (id: string | undefined) =>
    void navigate({ search: ({ group }) => ({ group, tab: "webhooks", ...(id && { open: id }) }) });
  const hook = pages.items.find(({ id }) => id === open);
  const add = may && <Button onClick={() => show("new")}>Add a webhook</Button>;
  return (
    <>
      {pages.items.length > 0 && <Group justify="flex-end">{add}</Group>}
      {secret !== undefined && (
        <SecretOnce secret={secret} onDone={() => setSecret(undefined)}>
          What Kasal sends is signed with it, as Standard Webhooks has it.
        </SecretOnce>
      )}
      <CursorTable
        label="Webhooks"
        pages={pages}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        rowHeight={58}
        empty={
          <EmptyState icon={WebhookIcon} title="Nobody is told" action={add}>
            A webhook is an address that hears when runs end or ask for approval. What is sent is
            signed, and sent again until it was taken.
          </EmptyState>
        }
      />
      <Modal
        opened={open === "new" || hook !== undefined}
        onClose={() => show(undefined)}
        title={open === "new" ? "Add a webhook" : "Webhook"}
        size="lg"
      >
        <WebhookForm
          key={hook === undefined ? "new" : `${hook.id} ${hook.version}`}
          hook={hook}
          onSecret={setSecret}
          onDone={() => show(undefined)}
        />
      </Modal>
    </>
  );
}

interface FormProps {
  hook: Webhook | undefined;
  onSecret: (secret: string) => void;
  onDone: () => void;
}

function WebhookForm({ hook, onSecret, onDone }: FormProps) {
  const stale = useStale();
  const create = $api.useMutation("post", "/api/v1/webhooks");
  const change = $api.useMutation("patch", "/api/v1/webhooks/{id}");
  const form = useForm({
    initialValues: {
      name: hook?.name ?? "",
      url: hook?.url ?? "",
      events: hook?.events ?? (["execution_completed", "execution_failed"] as Event[]),
      include_outputs: hook?.include_outputs ?? false,
      enabled: hook?.enabled ?? true,
    },
  });

  function save(body: typeof form.values, anyVersion = false) {
    const onError = (error: unknown) => form.setErrors(fieldErrors(error));
    const saved = () => {
      void stale("/api/v1/webhooks");
      onDone();
    };
    if (hook === undefined) {
      create.mutate(
        { body },
        {
          onError,
          onSuccess: ({ secret }) => {
            onSecret(secret);
            saved();
          },
        },
      );
      return;
    }
    const header = anyVersion ? {} : { "if-match": String(hook.version) };
    change.mutate(
      { params: { path: { id: hook.id }, header }, body },
      { onError, onSuccess: saved },
    );
  }

  return (
    <form onSubmit={form.onSubmit((values) => save(values))}>
      <FormFor
        who="admin"
        buttons={
          <Group justify="space-between" align="flex-start">
            {hook === undefined ? (
              <span />
            ) : (
              <WebhookActions hook={hook} onSecret={onSecret} onDone={onDone} />
            )}
            <Button type="submit" loading={create.isPending || change.isPending}>
              {hook === undefined ? "Add the webhook" : "Save"}
            </Button>
          </Group>
        }
      >
        {hook?.disabled_because != null && (
          <Alert color="yellow" variant="light" title="Kasal switched it off">
            {hook.disabled_because}
          </Alert>
        )}
        <TextInput label="Name" required data-autofocus {...form.getInputProps("name")} />
        <TextInput
          label="Address"
          placeholder="https://example.com/kasal"
          required
          {...form.getInputProps("url")}
        />
        <Checkbox.Group label="Tell it when" {...form.getInputProps("events")}>
          <Stack gap={6} mt="xs">
            {EVENTS.map(({ value, label }) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Switch
          label="Tell the result and the text of errors too"
          description="Off: it hears what ended, and reads the rest from the API"
          {...form.getInputProps("include_outputs", { type: "checkbox" })}
        />
        <Switch label="On" {...form.getInputProps("enabled", { type: "checkbox" })} />
        <SaveProblem
          error={create.error ?? change.error}
          onTheirs={() => void stale("/api/v1/webhooks")}
          onMine={() => save(form.values, true)}
        />
      </FormFor>
    </form>
  );
}
