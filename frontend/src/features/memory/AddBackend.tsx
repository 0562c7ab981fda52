import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";
import { $api } from "@/api/client";
import { fieldErrors } from "@/api/problem";
import { useStale } from "@/api/queries";
import { ErrorCard } from "@/components/ErrorCard";
import { ConfigFields } from "@/features/memory/ConfigFields";
import {
  configErrors,
  configOf,
  type ConfigValues,
  type Kind,
  NEW_CONFIG,
  valuesOfConfig,
} from "@/features/memory/configForm";
import { MEMORY } from "@/features/memory/recordActions";

const KINDS: { value: Kind; label: string }[] = [
  { value: "pgvector", label: "PostgreSQL: Kasal's own database, or Lakebase" },
  { value: "databricks", label: "Databricks: indexes that are there already" },
  { value: "default", label: "Built in, with settings of its own" },
];

/** A backend whose indexes are named by hand. */
export function AddBackend({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Add a place for memory" size="lg">
      <Form onClose={onClose} />
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const stale = useStale();
  const navigate = useNavigate();
  const form = useForm<ConfigValues>({ initialValues: valuesOfConfig("", "pgvector", NEW_CONFIG) });
  const create = $api.useMutation("post", "/api/v1/memory/backends");

  function submit(values: ConfigValues) {
    const body = { name: values.name, kind: values.kind, config: configOf(values) };
    create.mutate(
      { body },
      {
        onSuccess: ({ id }) => {
          void stale(MEMORY);
          onClose();
          void navigate({ to: "/memory/storage/$id", params: { id } });
        },
        onError: (error) => form.setErrors(configErrors(fieldErrors(error))),
      },
    );
  }

  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack gap="md">
        <TextInput label="Name" data-autofocus required {...form.getInputProps("name")} />
        <Select label="Kind" allowDeselect={false} data={KINDS} {...form.getInputProps("kind")} />
        <ConfigFields form={form} />
        {create.error !== null && <ErrorCard error={create.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Add it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
