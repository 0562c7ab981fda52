import { Button, Group, Modal, SegmentedControl, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { $api } from "@/api/client";
import { fieldErrors } from "@/api/problem";
import { useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { ErrorCard } from "@/components/ErrorCard";
import { CrewSelect } from "@/features/memory/CrewSelect";
import type { MemoryRecord } from "@/features/memory/provenance";
import { MEMORY } from "@/features/memory/recordActions";
import { Field } from "@/features/memory/RecordForm";
import { linesOf, type RecordField, type RecordValues } from "@/features/memory/recordForm";
import type { CrewMemoryType } from "@/features/memory/search";

interface Props {
  opened: boolean;
  onClose: () => void;
  crew: string | undefined;
  onAdded: (record: MemoryRecord) => void;
}

const EMPTY: RecordValues = {
  content: "",
  entity_name: "",
  entity_type: "",
  description: "",
  relationships: "",
  importance: 0.7,
  quality: "",
  ttl_hours: "",
};

const FIELDS: Record<CrewMemoryType, RecordField[]> = {
  long_term: ["content", "importance"],
  entity: ["entity_name", "entity_type", "description", "relationships"],
  short_term: ["content"],
};
const WORDS = [
  { value: "long_term", label: "Lesson" },
  { value: "entity", label: "Entity" },
  { value: "short_term", label: "Observation" },
];

/** What a person teaches a crew; its next run is told. */
export function AddRecord({ opened, onClose, crew, onAdded }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Teach a crew" size="lg">
      <Form onClose={onClose} crew={crew} onAdded={onAdded} />
    </Modal>
  );
}

function Form({ onClose, crew: first, onAdded }: Omit<Props, "opened">) {
  const stale = useStale();
  const [type, setType] = useState<CrewMemoryType>("long_term");
  const [crew, setCrew] = useState(first);
  const form = useForm({ initialValues: EMPTY });
  const create = $api.useMutation("post", "/api/v1/memory/records");

  function submit(values: RecordValues) {
    create.mutate(
      { body: bodyOf(type, crew ?? "", values) },
      {
        onSuccess: (record) => {
          void stale(MEMORY);
          onClose();
          onAdded(record);
        },
        onError: (error) => form.setErrors(fieldErrors(error)),
      },
    );
  }

  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack gap="md">
        <CrewSelect
          label="Crew"
          description="Crews that have run with memory"
          placeholder="Choose a crew"
          value={crew}
          onChange={setCrew}
        />
        <SegmentedControl
          aria-label="What it is"
          data={WORDS}
          value={type}
          onChange={(value) => setType(value as CrewMemoryType)}
        />
        {FIELDS[type].map((name) => (
          <Field key={name} name={name} form={form} first={false} />
        ))}
        {create.error !== null && <ErrorCard error={create.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending} disabled={crew === undefined}>
            Teach it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function bodyOf(
  type: CrewMemoryType,
  crew: string,
  values: RecordValues,
): Schema<"RecordCreate"> {
  const shared = { type, crew_id: crew, importance: 0.7, relationships: [] };
  if (type === "entity") {
    const { entity_name, entity_type, description } = values;
    const relationships = linesOf(values.relationships);
    return { ...shared, entity_name, entity_type, description, relationships };
  }
  const importance = typeof values.importance === "number" ? values.importance : 0.7;
  return { ...shared, importance, content: values.content };
}
