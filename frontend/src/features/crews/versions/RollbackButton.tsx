import { notifications } from "@mantine/notifications";
import { RotateCcw } from "lucide-react";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import type { DrawingStore } from "@/features/crews/store";

interface Props {
  crew: Schema<"CrewRead">;
  store: DrawingStore;
  number: number;
  onDone: () => void;
}

/** Makes an old version the newest. The versions between stay. */
export function RollbackButton({ crew, store, number, onDone }: Props) {
  const rollback = $api.useMutation("post", "/api/v1/crews/{id}/rollback");
  const stale = useStale();
  if (!useMay("editor")) return null;

  async function act() {
    const answer = await rollback.mutateAsync({
      params: { path: { id: crew.id }, header: { "if-match": `"${crew.version}"` } },
      body: { to: number, note: "" },
    });
    store.getState().takeTheirs(answer);
    await stale("/api/v1/crews");
    notifications.show({
      title: `Back to version ${number}`,
      message: `It is version ${answer.current_version} now. Undo brings back what was on the canvas.`,
    });
    onDone();
  }

  return (
    <ConfirmButton
      size="compact-xs"
      leftSection={<RotateCcw size={12} aria-hidden />}
      title={`Go back to version ${number}?`}
      consequence={`Version ${number} becomes the newest one. Nothing is deleted: version ${crew.current_version} stays in the history.`}
      confirm={`Go back to version ${number}`}
      onConfirm={act}
    >
      Go back to it
    </ConfirmButton>
  );
}
