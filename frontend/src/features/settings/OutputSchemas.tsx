import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Braces } from "lucide-react";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { asProblem, fieldErrors } from "@/api/problem";
import { usePages, useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { CodeEditor } from "@/components/CodeEditor";
import { ConfirmButton } from "@/components/ConfirmButton";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { RelativeTime } from "@/components/RelativeTime";
import { FormFor } from "@/components/FormFor";
import { SaveProblem } from "@/components/SaveProblem";

type OutputSchema = Schema<"OutputSchemaRead">;

const route = getRouteApi("/settings");
const EXAMPLE = {
  type: "object",
  properties: { title: { type: "string" }, score: { type: "number" } },
  required: ["title"],
  additionalProperties: false,
};

const COLUMNS: Column<OutputSchema>[] = [
  {
    key: "name",
    header: "Schema",
    render: (schema) => (
      <>
        <Link from="/settings" to="/settings" search={{ tab: "schemas", open: schema.id }}>
          {schema.name}
        </Link>
        <Text size="xs" c="dimmed" lineClamp={1}>
          {schema.description}
        </Text>
      </>
    ),
  },
  {
    key: "fields",
    header: "Fields",
    wide: true,
    render: (schema) => Object.keys(schema.json_schema.properties ?? {}).join(", "),
  },
  {
    key: "changed",
    header: "Changed",
    width: 120,
    wide: true,
    render: (schema) => <RelativeTime at={schema.updated_at} />,
  },
];

export function OutputSchemas() {
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const pages = usePages("/api/v1/output-schemas");
  const may = useMay("editor");
  const show = (id: string | undefined) =>
    void navigate({ search: ({ group }) => ({ group, tab: "schemas", ...(id && { open: id }) }) });
  const schema = pages.items.find(({ id }) => id === open);
  const add = may && <Button onClick={() => show("new")}>Add a schema</Button>;
  return (
    <>
      {pages.items.length > 0 && <Group justify="flex-end">{add}</Group>}
      <CursorTable
        label="Output schemas"
        pages={pages}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        rowHeight={58}
        empty={
          <EmptyState icon={Braces} title="No schema yet" action={add}>
            A schema says which fields the answer of a task has. Tasks name it instead of repeating
            it.
          </EmptyState>
        }
      />
      <Modal
        opened={open === "new" || schema !== undefined}
        onClose={() => show(undefined)}
        title={open === "new" ? "Add an output schema" : "Output schema"}
        size="lg"
      >
        <SchemaForm
          key={schema === undefined ? "new" : `${schema.id} ${schema.version}`}
          schema={schema}
          onDone={() => show(undefined)}
        />
      </Modal>
    </>
  );
}

function SchemaForm({ schema, onDone }: { schema: OutputSchema | undefined; onDone: () => void }) {
  const stale = useStale();
  const may = useMay("editor");
  const create = $api.useMutation("post", "/api/v1/output-schemas");
  const change = $api.useMutation("patch", "/api/v1/output-schemas/{id}");
  const remove = $api.useMutation("delete", "/api/v1/output-schemas/{id}");
  const form = useForm({
    initialValues: {
      name: schema?.name ?? "",
      description: schema?.description ?? "",
      text: JSON.stringify(schema?.json_schema ?? EXAMPLE, null, 2),
    },
    validate: { text: (text) => (parsed(text) === undefined ? "This is no JSON object" : null) },
  });
  const error = create.error ?? change.error;

  function save({ name, description, text }: typeof form.values, anyVersion = false) {
    const body = { name, description, json_schema: parsed(text) ?? {} };
    const settled = {
      onSuccess: () => {
        void stale("/api/v1/output-schemas");
        onDone();
      },
      onError: (refused: unknown) =>
        form.setErrors({ ...fieldErrors(refused), ...inText(refused) }),
    };
    if (schema === undefined) create.mutate({ body }, settled);
    else {
      const header = anyVersion ? {} : { "if-match": String(schema.version) };
      change.mutate({ params: { path: { id: schema.id }, header }, body }, settled);
    }
  }

  return (
    <form onSubmit={form.onSubmit((values) => save(values))}>
      <FormFor
        who="editor"
        buttons={
          <Group justify="space-between">
            {schema === undefined ? (
              <span />
            ) : (
              <ConfirmButton
                title={`Delete ${schema.name}?`}
                consequence="Crews whose tasks name it cannot be started until they name another."
                confirm="Delete"
                onConfirm={async () => {
                  await remove.mutateAsync({ params: { path: { id: schema.id } } });
                  void stale("/api/v1/output-schemas");
                  onDone();
                }}
              >
                Delete
              </ConfirmButton>
            )}
            <Button type="submit" loading={create.isPending || change.isPending}>
              {schema === undefined ? "Add the schema" : "Save"}
            </Button>
          </Group>
        }
      >
        <TextInput label="Name" required data-autofocus {...form.getInputProps("name")} />
        <TextInput label="What it is for" {...form.getInputProps("description")} />
        <div>
          <Text size="sm" fw={500} mb={4}>
            JSON schema
          </Text>
          <CodeEditor
            label="JSON schema"
            language="json"
            value={form.values.text}
            onChange={may ? (text) => form.setFieldValue("text", text) : undefined}
          />
          {form.errors.text !== undefined && (
            <Text size="sm" c="var(--kasal-bad)" role="alert">
              {form.errors.text}
            </Text>
          )}
        </div>
        <SaveProblem
          error={error}
          onTheirs={() => void stale("/api/v1/output-schemas")}
          onMine={() => save(form.values, true)}
        />
      </FormFor>
    </form>
  );
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Messages about places inside the schema, below its editor. */
function inText(error: unknown): { text?: string } {
  const inside = asProblem(error).errors.filter(({ pointer }) =>
    pointer.startsWith("/json_schema"),
  );
  if (inside.length === 0) return {};
  return { text: inside.map(({ pointer, message }) => `${pointer}: ${message}`).join("; ") };
}
