import {
  Checkbox,
  Fieldset,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TextInput,
} from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { type ConfigValues, PROVIDERS } from "@/features/memory/configForm";

export type ConfigFormType = UseFormReturnType<ConfigValues>;

const INDEXES = [
  { field: "short_term_index", label: "Short-term index" },
  { field: "long_term_index", label: "Long-term index" },
  { field: "entity_index", label: "Entity index" },
  { field: "document_index", label: "Document index" },
] as const;

/** A backend's whole configuration, from what everybody sets to what few do. */
export function ConfigFields({ form }: { form: ConfigFormType }) {
  const { kind } = form.values;
  return (
    <Stack gap="lg">
      {kind === "databricks" && <Places form={form} />}
      {kind === "pgvector" && <Indexes form={form} hint="a plain name; left out, Kasal's own" />}
      <Fieldset legend="What is remembered" variant="unstyled">
        <Group gap="lg">
          <Checkbox
            label="Short-term"
            {...form.getInputProps("enable_short_term", { type: "checkbox" })}
          />
          <Checkbox
            label="Long-term"
            {...form.getInputProps("enable_long_term", { type: "checkbox" })}
          />
          <Checkbox
            label="Entities"
            {...form.getInputProps("enable_entity", { type: "checkbox" })}
          />
        </Group>
      </Fieldset>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NumberInput
          label="Short-term is kept for hours"
          description="0 keeps it until somebody removes it"
          min={0}
          max={87_600}
          {...form.getInputProps("ttl_hours")}
        />
        <NumberInput
          label="Records in a task's prompt"
          description="At most; all pinned ones, even if there are more"
          min={1}
          max={50}
          {...form.getInputProps("recall_limit")}
        />
      </SimpleGrid>
      <Learning form={form} />
      <Embedder form={form} />
      {kind === "databricks" && (
        <Switch
          label="When one identity is refused, the next may be used"
          description="Your own sign-in, the group's token, this server's. Off, a refusal ends the search."
          {...form.getInputProps("may_fall_back", { type: "checkbox" })}
        />
      )}
    </Stack>
  );
}

function Places({ form }: { form: ConfigFormType }) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label="Endpoint"
          description="Vector search endpoint of the workspace"
          {...form.getInputProps("endpoint_name")}
        />
        <TextInput
          label="Endpoint of documents"
          description="The same one when left out"
          {...form.getInputProps("document_endpoint_name")}
        />
      </SimpleGrid>
      <Indexes form={form} hint="catalog.schema.table" />
    </>
  );
}

function Indexes({ form, hint }: { form: ConfigFormType; hint: string }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {INDEXES.map(({ field, label }) => (
        <TextInput key={field} label={label} placeholder={hint} {...form.getInputProps(field)} />
      ))}
    </SimpleGrid>
  );
}

function Learning({ form }: { form: ConfigFormType }) {
  return (
    <Stack gap="sm">
      <Switch
        label="Ask a model for the lesson of each task"
        description="One call a task. Off, a short version of task and answer is kept, and no entities."
        {...form.getInputProps("extraction", { type: "checkbox" })}
      />
      {form.values.extraction && (
        <TextInput
          label="Model that is asked"
          placeholder="the agent's own"
          {...form.getInputProps("extraction_model")}
        />
      )}
    </Stack>
  );
}

function Embedder({ form }: { form: ConfigFormType }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <Select
        label="Embedder"
        placeholder={form.values.kind === "databricks" ? "databricks-gte-large-en" : "Local"}
        clearable
        data={PROVIDERS}
        value={form.values.provider === "" ? null : form.values.provider}
        onChange={(value) => form.setFieldValue("provider", value ?? "")}
        error={form.errors.provider}
      />
      <TextInput
        label="Its model"
        placeholder="the usual one"
        disabled={form.values.provider === ""}
        {...form.getInputProps("model")}
      />
      <NumberInput
        label="Dimensions"
        placeholder="known by most"
        min={1}
        max={4096}
        disabled={form.values.provider === ""}
        {...form.getInputProps("dimension")}
      />
    </SimpleGrid>
  );
}
