import { Button, Group, NumberInput, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { api } from "@/api/client";
import { asProblem, fieldErrors } from "@/api/problem";
import { ErrorCard } from "@/components/ErrorCard";
import type { MemoryRecord } from "@/features/memory/provenance";
import { useRecordActions } from "@/features/memory/recordActions";
import { Conflict } from "@/features/memory/Conflict";
import { changesOf, fieldsOf, type RecordField, valuesOf } from "@/features/memory/recordForm";

/** Changes a record; where somebody else was faster, shows both and lets the user choose. */
export function RecordForm({ record, onDone }: { record: MemoryRecord; onDone: () => void }) {
  const { update } = useRecordActions();
  const [base, setBase] = useState(record);
  const [theirs, setTheirs] = useState<MemoryRecord>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const form = useForm({ initialValues: valuesOf(record) });
  const changes = changesOf(base, form.values);
  const isChanged = Object.keys(changes).length > 0;

  async function save(on: MemoryRecord) {
    setBusy(true);
    setError(undefined);
    try {
      await update(on, changesOf(on, form.values));
      notifications.show({ message: "Saved. Runs that start from now on get it like this." });
      onDone();
    } catch (thrown) {
      if (asProblem(thrown).status === 412) setTheirs(await readAnew(record));
      else {
        form.setErrors(fieldErrors(thrown));
        setError(thrown);
      }
    } finally {
      setBusy(false);
    }
  }

  function takeTheirs(current: MemoryRecord) {
    setBase(current);
    form.setValues(valuesOf(current));
    setTheirs(undefined);
  }

  return (
    <form onSubmit={form.onSubmit(() => void save(base))}>
      <Stack gap="md">
        {fieldsOf(record.type).map((name, index) => (
          <Field key={name} name={name} form={form} first={index === 0} />
        ))}
        {theirs !== undefined && (
          <Conflict
            theirs={theirs.text}
            onTheirs={() => takeTheirs(theirs)}
            onMine={() => {
              setTheirs(undefined);
              setBase(theirs);
              void save(theirs);
            }}
          />
        )}
        {error !== undefined && <ErrorCard error={error} hideFields />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={!isChanged || theirs !== undefined}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

async function readAnew({ type, id }: MemoryRecord): Promise<MemoryRecord | undefined> {
  const { data } = await api.GET("/api/v1/memory/records/{type}/{id}", {
    params: { path: { type, id } },
  });
  return data;
}

type Form = ReturnType<typeof useForm<ReturnType<typeof valuesOf>>>;

interface FieldProps {
  name: RecordField;
  form: Form;
  first: boolean;
}

const LABELS: Record<RecordField, { label: string; description?: string }> = {
  content: { label: "Text", description: "As the crew reads it" },
  entity_name: { label: "Name" },
  entity_type: { label: "Type", description: "person, company, product, term …" },
  description: { label: "Description" },
  relationships: { label: "Relationships", description: "One a line" },
  importance: { label: "Importance", description: "0 to 1; more important ones come first" },
  quality: { label: "Quality", description: "0 to 1" },
  ttl_hours: { label: "Kept for hours", description: "0 keeps it until somebody removes it" },
};
const LONG: RecordField[] = ["content", "description", "relationships"];

export function Field({ name, form, first }: FieldProps) {
  const shared = { ...LABELS[name], ...form.getInputProps(name) };
  const focus = first ? { "data-autofocus": true } : {};
  if (LONG.includes(name)) {
    return <Textarea autosize minRows={3} maxRows={16} {...shared} {...focus} />;
  }
  if (name === "ttl_hours") return <NumberInput min={0} max={87_600} {...shared} />;
  if (name === "importance" || name === "quality") {
    return <NumberInput min={0} max={1} step={0.1} decimalScale={2} {...shared} />;
  }
  return <TextInput {...shared} {...focus} />;
}
