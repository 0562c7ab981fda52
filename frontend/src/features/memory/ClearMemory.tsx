import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { $api } from "@/api/client";
import { useStale } from "@/api/queries";
import { ErrorCard } from "@/components/ErrorCard";
import { JobPanel } from "@/components/JobPanel";
import { useMemoryStats } from "@/features/memory/backends";
import { crewLabel, crewRef, CrewSelect } from "@/features/memory/CrewSelect";
import { MEMORY } from "@/features/memory/recordActions";
import { CREW_TYPES, type MemoryType, typeName } from "@/features/memory/search";
import { formatNumber } from "@/lib/format";

interface Props {
  opened: boolean;
  onClose: () => void;
  crew: string | undefined;
  type: MemoryType | undefined;
}

/** Removes what one crew remembers, of one type or of all, once its name has been typed. */
export function ClearMemory({ opened, onClose, crew, type }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Clear a crew's memory">
      <Form onClose={onClose} crew={crew} type={type} />
    </Modal>
  );
}

function Form({ onClose, crew: first, type: firstType }: Omit<Props, "opened">) {
  const stats = useMemoryStats();
  const stale = useStale();
  const [crew, setCrew] = useState(first);
  const [type, setType] = useState(CREW_TYPES.find((one) => one === firstType));
  const [typed, setTyped] = useState("");
  const clear = $api.useMutation("delete", "/api/v1/memory/records");
  const chosen = stats.data?.crews.find((one) => crewRef(one) === crew);
  const name = chosen === undefined ? undefined : crewLabel(chosen);
  const count =
    chosen === undefined
      ? 0
      : CREW_TYPES.filter((one) => type === undefined || one === type).reduce(
          (sum, one) => sum + (chosen.counts[one]?.count ?? 0),
          0,
        );

  function submit() {
    if (crew === undefined) return;
    clear.mutate(
      { params: { query: { crew_id: crew, ...(type === undefined ? {} : { type }) } } },
      {
        onSuccess: ({ removed, job_id }) => {
          void stale(MEMORY);
          if (job_id != null) return;
          const total = Object.values(removed).reduce((sum, one) => sum + one, 0);
          notifications.show({ message: `${formatNumber(total)} records removed` });
          onClose();
        },
      },
    );
  }

  const job = clear.data?.job_id;
  if (job != null) {
    return <JobPanel id={job} title="Removing the records" onEnded={() => void stale(MEMORY)} />;
  }
  return (
    <Stack gap="md">
      <CrewSelect label="Crew" placeholder="Choose a crew" value={crew} onChange={setCrew} />
      <Select
        label="What"
        placeholder="Everything it remembers"
        clearable
        data={CREW_TYPES.map((value) => ({ value, label: typeName(value) }))}
        value={type ?? null}
        onChange={(value) => setType(value ?? undefined)}
      />
      {name !== undefined && (
        <>
          <Text size="sm">
            {formatNumber(count)} records go, pinned ones too, and cannot be brought back. Documents
            stay.
          </Text>
          <TextInput
            label={`Type ${name} to go on`}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </>
      )}
      {clear.error !== null && <ErrorCard error={clear.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Keep them
        </Button>
        <Button
          color="red.9"
          loading={clear.isPending}
          disabled={name === undefined || typed !== name}
          onClick={submit}
        >
          Clear
        </Button>
      </Group>
    </Stack>
  );
}
