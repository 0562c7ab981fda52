import { Button, type ButtonProps, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { ErrorCard } from "@/components/ErrorCard";

interface Props extends ButtonProps {
  children: React.ReactNode;
  title: string;
  /** What is lost, in the user's words. */
  consequence: React.ReactNode;
  /** The word on the button that does it: "Delete". */
  confirm: string;
  /** Has to be typed first, for what cannot be undone at all. */
  phrase?: string;
  onConfirm: () => Promise<unknown>;
}

/** A button whose action asks once more, and shows in its dialog what went wrong. */
export function ConfirmButton(props: Props) {
  const { children, title, consequence, confirm, phrase, onConfirm, ...button } = props;
  const [opened, dialog] = useDisclosure(false);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  async function act() {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      dialog.close();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  }

  function open() {
    setTyped("");
    setError(undefined);
    dialog.open();
  }

  return (
    <>
      <Button variant="default" {...button} onClick={open}>
        {children}
      </Button>
      <Modal opened={opened} onClose={dialog.close} title={title} centered>
        <Stack>
          <Text size="sm">{consequence}</Text>
          {phrase !== undefined && (
            <TextInput
              label={`Type ${phrase} to go on`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
          {error !== undefined && <ErrorCard error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close}>
              Keep it
            </Button>
            <Button
              color="red"
              loading={busy}
              disabled={phrase !== undefined && typed !== phrase}
              onClick={() => void act()}
            >
              {confirm}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
