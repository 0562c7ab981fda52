import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { ErrorCard } from "@/components/ErrorCard";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What is lost, in the user's words. */
  consequence: React.ReactNode;
  /** The word on the button that does it: "Delete". */
  confirm: string;
  /** Has to be typed first, for what cannot be undone at all. */
  phrase?: string | undefined;
  onConfirm: () => Promise<unknown>;
}

/** Asks once more, and shows what went wrong. For menus; where a button is enough, ConfirmButton. */
export function ConfirmDialog({ opened, onClose, title, ...question }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered>
      <Question {...question} onClose={onClose} />
    </Modal>
  );
}

/** Only there while the dialog is open: each time it begins anew. */
function Question(props: Omit<Props, "opened" | "title">) {
  const { onClose, consequence, confirm, phrase, onConfirm } = props;
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  async function act() {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Stack>
      <Text size="sm" component="div">
        {consequence}
      </Text>
      {phrase !== undefined && (
        <TextInput
          label={`Type ${phrase} to go on`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {error !== undefined && <ErrorCard error={error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button
          color="red.9"
          loading={busy}
          disabled={phrase !== undefined && typed !== phrase}
          onClick={() => void act()}
        >
          {confirm}
        </Button>
      </Group>
    </Stack>
  );
}
