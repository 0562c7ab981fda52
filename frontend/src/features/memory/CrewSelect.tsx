import { Select } from "@mantine/core";
import { useMemoryStats } from "@/features/memory/backends";
import type { Schema } from "@/api/types";

type CrewStats = Schema<"CrewStats">;

/** By what a filter names a crew: all that a saved one ever was, else the one identity. */
export function crewRef({ crew }: Pick<CrewStats, "crew">): string {
  return crew.crew_id ?? crew.identity;
}

export function crewLabel({ crew }: Pick<CrewStats, "crew">): string {
  return crew.name ?? `crew ${crew.identity.slice(0, 8)}`;
}

interface Props {
  value: string | undefined;
  onChange: (crew: string | undefined) => void;
  label?: string;
  description?: string;
  /** What stands there when none is chosen. */
  placeholder?: string;
  error?: React.ReactNode;
}

/** Crews that have run with memory, the latest first. */
export function CrewSelect(props: Props) {
  const { value, onChange, label, description, placeholder = "All crews", error } = props;
  const stats = useMemoryStats();
  const data = (stats.data?.crews ?? []).map((one) => ({
    value: crewRef(one),
    label: crewLabel(one),
  }));
  const known = value === undefined || data.some((one) => one.value === value);
  return (
    <Select
      {...(label === undefined ? { "aria-label": "Crew" } : { label })}
      description={description}
      placeholder={placeholder}
      clearable
      searchable
      nothingFoundMessage="No crew with memory has this name"
      data={known ? data : [...data, { value, label: `crew ${value.slice(0, 8)}` }]}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      error={error}
    />
  );
}
