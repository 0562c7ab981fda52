import { Button, type ButtonProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ConfirmDialog } from "@/components/ConfirmDialog";

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
  return (
    <>
      <Button variant="default" {...button} onClick={dialog.open}>
        {children}
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={dialog.close}
        title={title}
        consequence={consequence}
        confirm={confirm}
        phrase={phrase}
        onConfirm={onConfirm}
      />
    </>
  );
}
