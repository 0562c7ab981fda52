import { Button, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { KeyRound } from "lucide-react";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { fieldErrors } from "@/api/problem";
import { usePages, useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorCard } from "@/components/ErrorCard";
import { Panel } from "@/components/Panel";
import { RelativeTime } from "@/components/RelativeTime";

type Key = Schema<"ApiKeyRead">;

/** All keys of the group by their names: those of providers, and others such as DATABRICKS_CLIENT_SECRET. */
export function OtherKeys() {
  const pages = usePages("/api/v1/api-keys");
  const may = useMay("admin");
  const columns: Column<Key>[] = [
    { key: "name", header: "Key", render: (key) => key.name },
    { key: "about", header: "For", wide: true, render: (key) => key.description || "a provider" },
    { key: "by", header: "By", wide: true, render: (key) => key.created_by },
    {
      key: "changed",
      header: "Changed",
      width: 120,
      wide: true,
      render: (key) => <RelativeTime at={key.updated_at} />,
    },
  ];
  if (may) {
    columns.push({
      key: "remove",
      header: "",
      width: 110,
      align: "end",
      render: (key) => <Remove of={key} />,
    });
  }
  return (
    <>
      <CursorTable
        label="Keys"
        pages={pages}
        columns={columns}
        rowKey={(key) => key.id}
        empty={
          <EmptyState icon={KeyRound} title="This group has no keys of its own">
            Put one in at its provider, or below under the name by which it is known.
          </EmptyState>
        }
      />
      {may && <Add />}
    </>
  );
}

function Remove({ of }: { of: Key }) {
  const remove = $api.useMutation("delete", "/api/v1/api-keys/{id}");
  const stale = useStale();
  return (
    <ConfirmButton
      size="xs"
      title={`Remove ${of.name}?`}
      consequence="What needs it fails until there is another. It cannot be read back."
      confirm="Remove"
      aria-label={`Remove ${of.name}`}
      onConfirm={async () => {
        await remove.mutateAsync({ params: { path: { id: of.id } } });
        await stale("/api/v1/api-keys", "/api/v1/me");
      }}
    >
      Remove
    </ConfirmButton>
  );
}

function Add() {
  const form = useForm({ initialValues: { name: "", value: "", description: "" } });
  const create = $api.useMutation("post", "/api/v1/api-keys");
  const stale = useStale();

  function save(body: typeof form.values) {
    create.mutate(
      { body },
      {
        onSuccess: () => {
          form.reset();
          void stale("/api/v1/api-keys", "/api/v1/me");
        },
        onError: (error) => form.setErrors(fieldErrors(error)),
      },
    );
  }

  return (
    <Panel title="Add a key">
      <form onSubmit={form.onSubmit(save)}>
        <Stack gap="sm" maw={480}>
          <TextInput
            label="Name"
            description="As providers call it: capitals, digits and _"
            placeholder="DATABRICKS_CLIENT_SECRET"
            required
            {...form.getInputProps("name")}
          />
          <PasswordInput
            label="Value"
            required
            autoComplete="off"
            {...form.getInputProps("value")}
          />
          <TextInput label="What it is for" {...form.getInputProps("description")} />
          {create.error !== null && <ErrorCard error={create.error} hideFields />}
          <Group>
            <Button type="submit" loading={create.isPending}>
              Add the key
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
