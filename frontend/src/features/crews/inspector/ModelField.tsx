import { Group, Select, Text } from "@mantine/core";
import { $api } from "@/api/client";
import { type ControlProps, inputProps } from "@/features/crews/inspector/fieldProps";

const ALL = { params: { query: { limit: 200 } } };

/** A model that this group has, by the key that crews use. */
export function ModelField(props: ControlProps) {
  const { field, value, onChange } = props;
  const models = $api.useQuery("get", "/api/v1/models", ALL, { staleTime: 30_000 });
  const chosen = typeof value === "string" ? value : null;
  const known = models.data?.items ?? [];
  const data = known.map((model) => ({
    value: model.key,
    label: model.key,
    disabled: !model.enabled,
  }));
  if (chosen !== null && !known.some((model) => model.key === chosen)) {
    data.unshift({ value: chosen, label: chosen, disabled: false });
  }
  const providers = new Map(known.map((model) => [model.key, model.provider]));
  return (
    <Select
      {...inputProps(props)}
      placeholder={field.placeholder ?? ""}
      searchable
      selectFirstOptionOnChange
      clearable
      nothingFoundMessage={models.isPending ? "Reading the models" : "No such model"}
      data={data}
      value={chosen}
      onChange={(next) => onChange(next ?? undefined)}
      renderOption={({ option }) => (
        <Group justify="space-between" wrap="nowrap" w="100%" gap="xs">
          <Text size="sm">{option.label}</Text>
          <Text size="xs" c="dimmed">
            {providers.get(option.value) ?? "not known here"}
            {option.disabled === true && ", switched off"}
          </Text>
        </Group>
      )}
    />
  );
}
