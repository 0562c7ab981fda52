import { Select } from "@mantine/core";
import { useMe } from "@/api/me";
import { usePages } from "@/api/queries";

interface Props {
  /** None: as the crew says. */
  value: string | null;
  onChange: (value: string | null) => void;
  error: string | undefined;
}

/** Which model agents use that name none themselves. Those without a key cannot be chosen. */
export function ModelChoice({ value, onChange, error }: Props) {
  const me = useMe();
  const models = usePages("/api/v1/models", { limit: 200 });
  const ready = new Set(
    me.data?.providers.filter(({ configured }) => configured).map(({ name }) => name),
  );
  const known = models.items.filter(({ enabled }) => enabled);
  const asOption = ({ key, provider }: (typeof known)[number]) => ({
    value: key,
    label: provider === "demo" ? `${key} (demo: no language model runs)` : key,
    disabled: !ready.has(provider),
  });
  const usable = known.filter(({ provider }) => ready.has(provider));
  const others = known.filter(({ provider }) => !ready.has(provider));
  return (
    <Select
      label="Model"
      description="For agents that name none themselves"
      placeholder={`As the crew says, else ${me.data?.default_model ?? "the default"}`}
      data={[
        { group: "Ready", items: usable.map(asOption) },
        { group: "Need a key under Models & keys", items: others.map(asOption) },
      ].filter(({ items }) => items.length > 0)}
      value={value}
      onChange={onChange}
      error={error}
      clearable
      searchable
      nothingFoundMessage="No such model"
    />
  );
}
