import { Group, NumberInput, Stack, TagsInput, Textarea } from "@mantine/core";
import { ModelField } from "@/features/crews/inspector/ModelField";
import { JsonField } from "@/features/crews/inspector/SchemaField";
import { type Config, listOf, textOf, withValue } from "@/features/crews/model/graph";

interface Props {
  rail: Config;
  disabled: boolean;
  onChange: (rail: Config) => void;
}

export function GuardrailForm({ rail, disabled, onChange }: Props) {
  const set = (name: string, value: unknown) => {
    onChange(withValue(rail, name, value));
  };
  const number = (name: string, label: string, placeholder: string, decimal = false) => (
    <NumberInput
      label={label}
      placeholder={placeholder}
      disabled={disabled}
      allowDecimal={decimal}
      value={typeof rail[name] === "number" ? rail[name] : ""}
      onChange={(next) => set(name, typeof next === "number" ? next : undefined)}
    />
  );
  const words = (name: string, label: string) => (
    <TagsInput
      label={label}
      placeholder="Type a phrase, then Enter"
      disabled={disabled}
      value={listOf(rail, name)}
      onChange={(next) => set(name, next.length === 0 ? undefined : next)}
    />
  );
  switch (rail.type) {
    case "length":
      return (
        <Group grow align="flex-start">
          {number("min_chars", "At least, characters", "0")}
          {number("max_chars", "At most", "No limit")}
        </Group>
      );
    case "contains":
      return (
        <Stack gap="xs">
          {words("must", "Must be in it")}
          {words("must_not", "Must not be in it")}
        </Stack>
      );
    case "minimum_number":
      return number("min_value", "At least", "0", true);
    case "json":
      return (
        <JsonField
          label="Schema of the answer"
          value={rail.json_schema}
          onChange={(schema) => set("json_schema", schema)}
        />
      );
    default:
      return (
        <Stack gap="xs">
          <Textarea
            label="What a good answer fulfils"
            autosize
            minRows={2}
            disabled={disabled}
            value={textOf(rail, "description")}
            onChange={(event) => set("description", event.currentTarget.value)}
          />
          <ModelField
            field={{
              name: "llm",
              label: "Judged by",
              control: "model",
              placeholder: "The model of the crew",
            }}
            value={rail.llm}
            onChange={(llm) => set("llm", llm)}
            description={undefined}
            error={undefined}
            disabled={disabled}
            standard={null}
          />
        </Stack>
      );
  }
}
