import { Button, Group, Select } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { usePages } from "@/api/queries";
import { KINDS, readRunsSearch, type RunsSearch, STATUSES, TRIGGERS } from "@/features/runs/search";

const route = getRouteApi("/runs");

const SINCE = [
  { value: "1h", label: "Last hour" },
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
];
const BEGUN_BY: Record<string, string> = {
  api: "A person or program",
  schedule: "A schedule",
  webhook: "A trigger",
  batch: "A batch",
  flow: "A flow",
};

export function RunsFilters({ search }: { search: RunsSearch }) {
  const navigate = route.useNavigate();
  const crews = usePages("/api/v1/crews", { limit: 200 });

  function set(changes: Partial<Record<keyof RunsSearch, string | null>>) {
    void navigate({
      search: (before) => ({ group: before.group, ...readRunsSearch({ ...before, ...changes }) }),
    });
  }

  return (
    <Group gap="xs" role="search" aria-label="Filter runs">
      <Choice
        label="Status"
        placeholder="Any status"
        data={STATUSES.map((value) => ({ value, label: nameOf(value) }))}
        value={search.status}
        onChange={(status) => set({ status })}
      />
      <Choice
        label="Crew"
        placeholder="Any crew"
        data={crews.items.map(({ id, name }) => ({ value: id, label: name }))}
        value={search.crew}
        onChange={(crew) => set({ crew })}
      />
      <Choice
        label="Since"
        placeholder="Any time"
        data={SINCE}
        value={search.since}
        onChange={(since) => set({ since })}
      />
      <Choice
        label="Kind"
        placeholder="Crews and flows"
        data={KINDS.map((value) => ({ value, label: value === "crew" ? "Crews" : "Flows" }))}
        value={search.kind}
        onChange={(kind) => set({ kind })}
      />
      <Choice
        label="Begun by"
        placeholder="Begun by anything"
        data={TRIGGERS.map((value) => ({ value, label: BEGUN_BY[value] ?? value }))}
        value={search.trigger}
        onChange={(trigger) => set({ trigger })}
      />
      {search.parent !== undefined && (
        <Button size="xs" variant="light" onClick={() => set({ parent: null })}>
          Only parts of one batch or flow ✕
        </Button>
      )}
    </Group>
  );
}

interface ChoiceProps {
  label: string;
  placeholder: string;
  data: { value: string; label: string }[];
  value: string | undefined;
  onChange: (value: string | null) => void;
}

function Choice({ label, placeholder, data, value, onChange }: ChoiceProps) {
  return (
    <Select
      size="xs"
      w={158}
      aria-label={label}
      placeholder={placeholder}
      clearable
      searchable={data.length > 10}
      data={data}
      value={value ?? null}
      onChange={onChange}
    />
  );
}

function nameOf(status: string): string {
  const words = status.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
