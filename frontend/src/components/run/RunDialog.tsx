import { Modal } from "@mantine/core";
import { RunForm, type RunFormProps } from "@/components/run/RunForm";

export interface RunDialogProps extends Omit<RunFormProps, "onCancel"> {
  opened: boolean;
  onClose: () => void;
}

/**
 * Asks for the inputs of a crew and starts it: of a saved one (`crewId`, with or without a `version`), or of one that
 * is still being drawn (`definition`). Afterwards the page of the run is open.
 */
export function RunDialog({ opened, onClose, ...crew }: RunDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`Run ${crew.name ?? "this crew"}`}
      size="lg"
      centered
    >
      <RunForm {...crew} onCancel={onClose} />
    </Modal>
  );
}
