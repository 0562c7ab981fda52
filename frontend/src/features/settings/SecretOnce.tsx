import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import { KeyRound } from "lucide-react";
import { CopyButton } from "@/components/CopyButton";

interface Props {
  secret: string;
  /** What signs with it, or checks. */
  children: React.ReactNode;
  onDone: () => void;
}

/** A secret that the server tells one time only. */
export function SecretOnce({ secret, children, onDone }: Props) {
  return (
    <Alert
      color="blue"
      variant="light"
      role="status"
      icon={<KeyRound size={18} aria-hidden />}
      title="Copy the secret now: it is not shown again"
    >
      <Stack gap="sm">
        <Group gap="xs" wrap="nowrap">
          <Code style={{ overflowWrap: "anywhere" }}>{secret}</Code>
          <CopyButton value={secret} label="Copy the secret" />
        </Group>
        <Text size="sm">{children}</Text>
        <div>
          <Button size="xs" variant="default" onClick={onDone}>
            I have copied it
          </Button>
        </div>
      </Stack>
    </Alert>
  );
}
