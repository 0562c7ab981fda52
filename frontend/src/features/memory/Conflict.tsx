import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { Users } from "lucide-react";
import classes from "@/features/memory/Records.module.css";

interface Props {
  theirs: string;
  onTheirs: () => void;
  onMine: () => void;
}

/** Somebody changed it after it was read here. */
export function Conflict({ theirs, onTheirs, onMine }: Props) {
  return (
    <Alert
      role="alert"
      color="yellow"
      variant="light"
      icon={<Users size={18} aria-hidden />}
      title="Somebody changed it meanwhile"
    >
      <Stack gap="sm">
        <Text size="sm">It says now:</Text>
        <div className={classes.whole}>{theirs}</div>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onTheirs}>
            Take theirs
          </Button>
          <Button size="xs" variant="default" onClick={onMine}>
            Save mine over it
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
