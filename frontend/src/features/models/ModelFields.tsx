import { NumberInput, Select, SimpleGrid, Switch, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useMe } from "@/api/me";
import type { ModelValues } from "@/features/models/modelForm";

/** From what every model has to what few need. */
export function ModelFields({ form }: { form: UseFormReturnType<ModelValues> }) {
  const me = useMe();
  const providers =
    me.data?.providers.filter(({ name }) => !["demo", "replay"].includes(name)) ?? [];
  const cost = { min: 0, decimalScale: 4, prefix: "$", placeholder: "known price" };
  const rate = { min: 1, placeholder: "no limit", thousandSeparator: "," };
  return (
    <>
      <TextInput
        label="Key"
        description="How agents name it"
        required
        data-autofocus
        {...form.getInputProps("key")}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Select
          label="Provider"
          allowDeselect={false}
          data={providers.map(({ name, title }) => ({ value: name, label: title }))}
          {...form.getInputProps("provider")}
        />
        <TextInput label="Name at the provider" required {...form.getInputProps("name")} />
      </SimpleGrid>
      <TextInput
        label="Address"
        description="Only for a server of your own; it gets this group's own key and never the server's"
        placeholder="https://example.com/v1"
        {...form.getInputProps("base_url")}
      />
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
        <NumberInput
          label="Context, tokens"
          min={1}
          thousandSeparator=","
          {...form.getInputProps("context_window")}
        />
        <NumberInput
          label="Answer, tokens"
          min={1}
          thousandSeparator=","
          {...form.getInputProps("max_output_tokens")}
        />
        <NumberInput
          label="Temperature"
          min={0}
          max={2}
          step={0.1}
          placeholder="its own"
          {...form.getInputProps("temperature")}
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <NumberInput
          label="Prompt, USD a million tokens"
          {...cost}
          {...form.getInputProps("input_cost_per_mtok")}
        />
        <NumberInput
          label="Answer, USD a million tokens"
          {...cost}
          {...form.getInputProps("output_cost_per_mtok")}
        />
        <NumberInput
          label="Requests a minute"
          {...rate}
          {...form.getInputProps("requests_per_minute")}
        />
        <NumberInput
          label="Tokens a minute"
          {...rate}
          {...form.getInputProps("tokens_per_minute")}
        />
      </SimpleGrid>
      <Switch label="Agents may use it" {...form.getInputProps("enabled", { type: "checkbox" })} />
    </>
  );
}
