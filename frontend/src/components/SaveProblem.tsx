import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { Users } from "lucide-react";
import { asProblem } from "@/api/problem";
import { ErrorCard } from "@/components/ErrorCard";

interface Props {
  /** What a save was refused with; nothing is shown without. */
  error: unknown;
  /** Reads it again and drops what was entered here. */
  onTheirs: () => void;
  /** Saves once more, whatever version is stored. */
  onMine: () => void;
}

/** Why a form was not saved: fields show their own messages, and a change of somebody else's is for the user to settle. */
export function SaveProblem({ error, onTheirs, onMine }: Props) {
  if (error == null) return null;
  if (asProblem(error).status !== 412) return <ErrorCard error={error} hideFields />;
  return (
    <Alert
      role="alert"
      color="yellow"
      variant="light"
      icon={<Users size={18} aria-hidden />}
      title="Somebody changed it meanwhile"
    >
      <Stack gap="sm">
        <Text size="sm">It was saved by somebody else after you opened it here.</Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onTheirs}>
            Show theirs
          </Button>
          <Button size="xs" variant="default" onClick={onMine}>
            Keep mine
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
