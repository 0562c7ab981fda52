import {
  Button,
  Group,
  NumberInput,
  PasswordInput,
  Select,
  Switch,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import type { FieldValue, SchemaField } from "@/features/tools/schemaForm";

interface Props {
  fields: SchemaField[];
  values: Record<string, FieldValue>;
  removed: ReadonlySet<string>;
  errors: Record<string, string>;
  onChange: (name: string, value: FieldValue) => void;
  onRemove: (name: string) => void;
}

/** One field for each property of the schema. */
export function SchemaFields({ fields, values, removed, errors, onChange, onRemove }: Props) {
  return fields.map((field) => (
    <div key={field.name}>
      <Field
        field={field}
        value={values[field.name] ?? field.value}
        error={errors[field.name]}
        onChange={(value) => onChange(field.name, value)}
      />
      {field.isStored && (
        <Group gap="xs" mt={4}>
          <Text size="xs" c="dimmed">
            {removed.has(field.name)
              ? "The stored value is removed when you save."
              : "A value is stored; leave this empty to keep it."}
          </Text>
          {!removed.has(field.name) && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              onClick={() => onRemove(field.name)}
            >
              Remove it
            </Button>
          )}
        </Group>
      )}
    </div>
  ));
}

interface FieldProps {
  field: SchemaField;
  value: FieldValue;
  error: string | undefined;
  onChange: (value: FieldValue) => void;
}

function Field({ field, value, error, onChange }: FieldProps) {
  const common = { label: field.label, description: field.help || undefined, error };
  if (field.kind === "switch") {
    return (
      <Switch
        {...common}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (field.kind === "number") {
    return (
      <NumberInput
        {...common}
        min={field.min}
        max={field.max}
        thousandSeparator=","
        clampBehavior="none"
        value={typeof value === "number" ? value : ""}
        onChange={(entered) => onChange(typeof entered === "number" ? entered : "")}
      />
    );
  }
  if (field.kind === "texts") {
    return (
      <TagsInput
        {...common}
        placeholder="Enter after each"
        value={Array.isArray(value) ? value : []}
        onChange={onChange}
      />
    );
  }
  const text = String(value);
  if (field.kind === "choice") {
    return (
      <Select
        {...common}
        data={field.choices}
        value={text}
        onChange={(chosen) => onChange(chosen ?? "")}
      />
    );
  }
  if (field.kind === "secret") {
    return (
      <PasswordInput
        {...common}
        autoComplete="off"
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  if (field.kind === "json") {
    return (
      <Textarea
        {...common}
        placeholder="{}"
        autosize
        minRows={2}
        maxRows={10}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput {...common} value={text} onChange={(event) => onChange(event.currentTarget.value)} />
  );
}
