import { Input, SegmentedControl, Select, Stack } from "@mantine/core";
import { useState } from "react";
import { $api } from "@/api/client";
import { CodeEditor } from "@/components/CodeEditor";
import type { ControlProps } from "@/features/crews/inspector/fieldProps";
import { isMapping } from "@/features/crews/model/graph";

const WAYS = [
  { value: "none", label: "No" },
  { value: "saved", label: "Saved schema" },
  { value: "own", label: "Own schema" },
];
const BEGIN = { type: "object", properties: { answer: { type: "string" } }, required: ["answer"] };
const ALL = { params: { query: { limit: 200 } } };

/** A JSON schema: written here, or one of the group's by its name. */
export function SchemaField(props: ControlProps) {
  const { field, value, onChange, description, error, disabled } = props;
  const [picking, setPicking] = useState(typeof value === "string");
  const way = isMapping(value) ? "own" : typeof value === "string" || picking ? "saved" : "none";
  const schemas = $api.useQuery("get", "/api/v1/output-schemas", ALL, {
    enabled: way === "saved",
    staleTime: 30_000,
  });

  function choose(next: string) {
    setPicking(next === "saved");
    onChange(next === "own" ? BEGIN : undefined);
  }

  return (
    <Input.Wrapper label={field.label} description={description} error={error}>
      <Stack gap="xs" mt={6}>
        <SegmentedControl
          size="xs"
          aria-label={field.label}
          data={WAYS}
          value={way}
          onChange={choose}
          disabled={disabled}
        />
        {way === "saved" && (
          <Select
            aria-label="Saved schema"
            placeholder="Choose a schema"
            searchable
            selectFirstOptionOnChange
            disabled={disabled}
            nothingFoundMessage={schemas.isPending ? "Reading the schemas" : "No such schema"}
            data={(schemas.data?.items ?? []).map((schema) => schema.name)}
            value={typeof value === "string" ? value : null}
            onChange={(next) => onChange(next ?? undefined)}
          />
        )}
        {way === "own" && <JsonField label={field.label} value={value} onChange={onChange} />}
      </Stack>
    </Input.Wrapper>
  );
}

interface JsonFieldProps {
  label: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** Text that is an object of JSON. What is none yet stays here and changes nothing. */
export function JsonField({ label, value, onChange }: JsonFieldProps) {
  const [draft, setDraft] = useState<{ text: string; of: unknown }>();
  const text = draft !== undefined && draft.of === value ? draft.text : asText(value);
  const problem = problemIn(text);
  return (
    <Input.Wrapper error={problem}>
      <CodeEditor
        label={`${label} as JSON`}
        language="json"
        value={text}
        onChange={(next) => {
          if (next === text) return;
          const read = problemIn(next) === undefined ? (JSON.parse(next) as unknown) : value;
          setDraft({ text: next, of: read });
          if (read !== value) onChange(read);
        }}
      />
    </Input.Wrapper>
  );
}

function asText(value: unknown): string {
  return JSON.stringify(value ?? {}, null, 2);
}

function problemIn(text: string): string | undefined {
  try {
    return isMapping(JSON.parse(text)) ? undefined : "Expected an object: { … }";
  } catch (error) {
    return `Not JSON yet: ${error instanceof Error ? error.message : ""}`;
  }
}
