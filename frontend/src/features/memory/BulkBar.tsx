import { Button, Group, Paper, Text } from "@mantine/core";
import { useState } from "react";
import { ConfirmButton } from "@/components/ConfirmButton";
import { useRecordActions } from "@/features/memory/recordActions";
import { readRef } from "@/features/memory/search";

interface Props {
  chosen: ReadonlySet<string>;
  onDone: () => void;
}

/** What can be done with all that are selected. */
export function BulkBar({ chosen, onDone }: Props) {
  const { remove } = useRecordActions();
  const [gone, setGone] = useState(0);
  const records = [...chosen].flatMap((text) => readRef(text) ?? []);

  async function removeAll() {
    setGone(0);
    await remove(records, setGone);
    onDone();
  }

  return (
    <Paper withBorder px="sm" py={6} flex="none">
      <Group gap="sm">
        <Text size="sm" role="status">
          {gone > 0 ? `Deleting ${gone} of ${records.length}` : `${records.length} selected`}
        </Text>
        <ConfirmButton
          size="xs"
          color="red.9"
          variant="light"
          title={`Delete ${records.length} ${records.length === 1 ? "record" : "records"}`}
          consequence="No run recalls them any more. Runs that already had them keep what they answered."
          confirm="Delete"
          onConfirm={removeAll}
        >
          Delete…
        </ConfirmButton>
        <Button size="xs" variant="subtle" color="gray" onClick={onDone}>
          Select none
        </Button>
      </Group>
    </Paper>
  );
}
