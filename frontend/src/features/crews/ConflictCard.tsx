import { Alert, Button, Group, Text } from "@mantine/core";
import { GitFork } from "lucide-react";
import type { Schema } from "@/api/types";
import { ErrorCard } from "@/components/ErrorCard";
import { RelativeTime } from "@/components/RelativeTime";
import { useEditing } from "@/features/crews/drawing";
import classes from "@/features/crews/Editor.module.css";
import type { Saving } from "@/features/crews/useSave";

interface Props {
  /** As the server has it now. */
  crew: Schema<"CrewRead">;
  isBehind: boolean;
  save: Saving;
}

/** Tells of somebody else's change, and of a save that failed. Nothing is lost by either answer. */
export function ConflictCard({ crew, isBehind, save }: Props) {
  const { store } = useEditing();
  const drawing = store.getState();
  if (isBehind) {
    return (
      <div className={classes.notice}>
        <Alert
          color="yellow"
          variant="light"
          role="alert"
          icon={<GitFork size={18} aria-hidden />}
          title="Somebody else changed this crew meanwhile"
        >
          <Text size="sm" mb="sm">
            Version {crew.current_version} was saved <RelativeTime at={crew.updated_at} />. Taking
            it can be undone; keeping yours saves it as the next version, and theirs stays in the
            history.
          </Text>
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                save.settle();
                drawing.takeTheirs(crew);
              }}
            >
              Show theirs
            </Button>
            <Button
              size="xs"
              onClick={() => {
                save.settle();
                drawing.keepMine(crew);
              }}
            >
              Keep mine
            </Button>
          </Group>
        </Alert>
      </div>
    );
  }
  if (save.error === undefined) return null;
  return (
    <div className={classes.notice}>
      <ErrorCard error={save.error} hideFields={save.refused !== undefined} />
    </div>
  );
}
