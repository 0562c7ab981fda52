import { NumberInput, SimpleGrid, TextInput } from "@mantine/core";
import type { RunOptions } from "@/components/run/runInputs";

interface Props {
  options: RunOptions;
  onChange: (options: RunOptions) => void;
  told: Record<string, string>;
}

/** What a run may be given beside its inputs. */
export function OptionFields({ options, onChange, told }: Props) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <NumberInput
          label="Stop at this cost"
          description="The run ends before the next call"
          prefix="$"
          min={0}
          decimalScale={4}
          value={options.maxUsd}
          onChange={(maxUsd) => onChange({ ...options, maxUsd })}
          error={told["budget.max_usd"]}
        />
        <NumberInput
          label="Stop at so many tokens"
          description="Prompts and answers together"
          min={1}
          allowDecimal={false}
          thousandSeparator=","
          value={options.maxTokens}
          onChange={(maxTokens) => onChange({ ...options, maxTokens })}
          error={told["budget.max_tokens"]}
        />
      </SimpleGrid>
      <TextInput
        label="Name of this run"
        description="To find it again. Runs of another name have a memory of their own."
        value={options.runName}
        onChange={(event) => onChange({ ...options, runName: event.currentTarget.value })}
        error={told.run_name}
      />
    </>
  );
}
