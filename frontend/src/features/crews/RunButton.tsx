import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Play } from "lucide-react";
import type { Schema } from "@/api/types";
import { useEditing } from "@/features/crews/drawing";
import { LazyRunDialog } from "@/features/crews/LazyRunDialog";
import type { Saving } from "@/features/crews/useSave";

interface Props {
  crew: Schema<"CrewRead">;
  dirty: boolean;
  save: Saving;
}

/** Runs what is on the canvas: what is not saved is saved first, so that the run says which version it was. */
export function RunButton({ crew, dirty, save }: Props) {
  const { mayEdit, store } = useEditing();
  const name = store((state) => state.graph.name);
  const [opened, dialog] = useDisclosure(false);

  async function run() {
    if (dirty && mayEdit && !(await save.save())) return;
    dialog.open();
  }

  return (
    <>
      <Button
        leftSection={<Play size={14} aria-hidden />}
        loading={save.isSaving}
        onClick={() => void run()}
      >
        {dirty && mayEdit ? "Save and run" : "Run"}
      </Button>
      {opened && <LazyRunDialog crewId={crew.id} name={name} onClose={dialog.close} />}
    </>
  );
}
