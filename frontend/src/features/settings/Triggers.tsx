import { Button, Group, Modal, Select, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Zap } from "lucide-react";
import { useState } from "react";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { fieldErrors } from "@/api/problem";
import { usePages, useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { CodeBlock } from "@/components/CodeBlock";
import { ConfirmButton } from "@/components/ConfirmButton";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { FormFor } from "@/components/FormFor";
import { SaveProblem } from "@/components/SaveProblem";
import { StatusBadge } from "@/components/StatusBadge";
import { mappingOf, mappingText } from "@/features/settings/mapping";
import { SecretOnce } from "@/features/settings/SecretOnce";

type Trigger = Schema<"TriggerRead">;

const route = getRouteApi("/settings");
/** How long the old secret counts beside a new one. */
const DAY_S = 86_400;
const ALL = { params: { query: { limit: 200 } } };

const COLUMNS: Column<Trigger>[] = [
  {
    key: "name",
    header: "Trigger",
    render: (trigger) => (
      <>
        <Link from="/settings" to="/settings" search={{ tab: "triggers", open: trigger.id }}>
          {trigger.name}
        </Link>
        <Text size="xs" c="dimmed">
          {trigger.refused_because ?? trigger.path}
        </Text>
      </>
    ),
  },
  { key: "for", header: "Runs for", wide: true, render: (trigger) => trigger.acts_for },
  {
    key: "on",
    header: "Use",
    width: 100,
    render: (trigger) => <StatusBadge status={trigger.enabled ? "on" : "off"} />,
  },
];

export function Triggers() {
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const pages = usePages("/api/v1/triggers");
  const may = useMay("admin");
  const [secret, setSecret] = useState<string>();
  const show = (id: string | undefined) =>
    void navigate({ search: ({ group }) => ({ group, tab: "triggers", ...(id && { open: id }) }) });
  const trigger = pages.items.find(({ id }) => id === open);
  const add = may && <Button onClick={() => show("new")}>Add a trigger</Button>;
  return (
    <>
      {pages.items.length > 0 && <Group justify="flex-end">{add}</Group>}
      {secret !== undefined && (
        <SecretOnce secret={secret} onDone={() => setSecret(undefined)}>
          Who calls the trigger signs with it, as Standard Webhooks has it.
        </SecretOnce>
      )}
      <CursorTable
        label="Triggers"
        pages={pages}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        rowHeight={58}
        empty={
          <EmptyState icon={Zap} title="No trigger yet" action={add}>
            A trigger is an address that starts a crew or a flow when another system calls it, with
            inputs taken from what it sends.
          </EmptyState>
        }
      />
      <Modal
        opened={open === "new" || trigger !== undefined}
        onClose={() => show(undefined)}
        title={open === "new" ? "Add a trigger" : "Trigger"}
        size="lg"
      >
        <TriggerForm
          key={trigger === undefined ? "new" : `${trigger.id} ${trigger.version}`}
          trigger={trigger}
          onSecret={setSecret}
          onDone={() => show(undefined)}
        />
      </Modal>
    </>
  );
}

interface FormProps {
  trigger: Trigger | undefined;
  onSecret: (secret: string) => void;
  onDone: () => void;
}

function TriggerForm({ trigger, onSecret, onDone }: FormProps) {
  const stale = useStale();
  const crews = $api.useQuery("get", "/api/v1/crews", ALL);
  const flows = $api.useQuery("get", "/api/v1/flows", ALL);
  const create = $api.useMutation("post", "/api/v1/triggers");
  const change = $api.useMutation("patch", "/api/v1/triggers/{id}");
  const form = useForm({
    initialValues: {
      name: trigger?.name ?? "",
      source:
        trigger?.flow_id != null
          ? `flow:${trigger.flow_id}`
          : trigger?.crew_id != null
            ? `crew:${trigger.crew_id}`
            : "",
      mapping: mappingText(trigger?.mapping ?? {}),
      enabled: trigger?.enabled ?? true,
    },
    validate: {
      source: (source) => (source === "" ? "Choose what it starts" : null),
      mapping: (text) => mappingOf(text).problem ?? null,
    },
  });

  function save({ name, source, mapping, enabled }: typeof form.values, anyVersion = false) {
    const [kind, id = ""] = source.split(":");
    const body = {
      name,
      enabled,
      mapping: mappingOf(mapping).mapping,
      ...(kind === "flow" ? { flow_id: id } : { crew_id: id }),
    };
    const onError = (error: unknown) => form.setErrors(fieldErrors(error));
    const saved = () => {
      void stale("/api/v1/triggers");
      onDone();
    };
    if (trigger === undefined) {
      const onSuccess = ({ secret }: { secret: string }) => {
        onSecret(secret);
        saved();
      };
      create.mutate({ body }, { onError, onSuccess });
      return;
    }
    const header = anyVersion ? {} : { "if-match": String(trigger.version) };
    change.mutate(
      { params: { path: { id: trigger.id }, header }, body },
      { onError, onSuccess: saved },
    );
  }

  return (
    <form onSubmit={form.onSubmit((values) => save(values))}>
      <FormFor
        who="admin"
        buttons={
          <Group justify="space-between">
            {trigger === undefined ? (
              <span />
            ) : (
              <Others trigger={trigger} onSecret={onSecret} onDone={onDone} />
            )}
            <Button type="submit" loading={create.isPending || change.isPending}>
              {trigger === undefined ? "Add the trigger" : "Save"}
            </Button>
          </Group>
        }
      >
        {trigger !== undefined && (
          <CodeBlock text={`${window.location.origin}${trigger.path}`} label="the address" />
        )}
        <TextInput label="Name" required data-autofocus {...form.getInputProps("name")} />
        <Select
          label="What it starts"
          required
          searchable
          allowDeselect={false}
          data={[
            { group: "Crews", items: options("crew", crews.data?.items) },
            { group: "Flows", items: options("flow", flows.data?.items) },
          ].filter(({ items }) => items.length > 0)}
          {...form.getInputProps("source")}
        />
        <Textarea
          label="Inputs from what is sent"
          description="One a line: input = JMESPath, such as title = issue.title; @ is all of it"
          placeholder="title = issue.title"
          autosize
          minRows={2}
          maxRows={8}
          {...form.getInputProps("mapping")}
        />
        <Switch label="On" {...form.getInputProps("enabled", { type: "checkbox" })} />
        <SaveProblem
          error={create.error ?? change.error}
          onTheirs={() => void stale("/api/v1/triggers")}
          onMine={() => save(form.values, true)}
        />
      </FormFor>
    </form>
  );
}

function options(kind: string, items: { id: string; name: string }[] = []) {
  return items.map(({ id, name }) => ({ value: `${kind}:${id}`, label: name }));
}

function Others({ trigger, onSecret, onDone }: FormProps & { trigger: Trigger }) {
  const stale = useStale();
  const params = { params: { path: { id: trigger.id } } };
  const rotate = $api.useMutation("post", "/api/v1/triggers/{id}/rotate-secret");
  const remove = $api.useMutation("delete", "/api/v1/triggers/{id}");
  return (
    <Group gap="xs">
      <ConfirmButton
        title="Make a new secret?"
        consequence="Calls signed with the old one are taken for a day more."
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
        title={`Delete ${trigger.name}?`}
        consequence="Calls of its address are refused from then on. Its runs stay."
        confirm="Delete"
        onConfirm={async () => {
          await remove.mutateAsync(params);
          void stale("/api/v1/triggers");
          onDone();
        }}
      >
        Delete
      </ConfirmButton>
    </Group>
  );
}
