import { Alert, Button, Code, Group, List, Stack, Text } from "@mantine/core";
import { CircleAlert } from "lucide-react";
import { asProblem } from "@/api/problem";
import { CopyButton } from "@/components/CopyButton";
import { asSentence } from "@/lib/format";

interface Props {
  /** Whatever was thrown. */
  error: unknown;
  onRetry?: (() => void) | undefined;
  /** Where a person can mend it: "Open Models & keys". */
  action?: React.ReactNode;
  /** Fields that show their own messages already. */
  hideFields?: boolean;
}

/** What went wrong, why, what to do, and by which id the log knows it. */
export function ErrorCard({ error, onRetry, action, hideFields = false }: Props) {
  const problem = asProblem(error);
  const fields = hideFields ? [] : problem.errors;
  // What there is not does not come by asking again.
  const retry = problem.status === 404 ? undefined : onRetry;
  return (
    <Alert
      color="red"
      variant="light"
      icon={<CircleAlert size={18} aria-hidden />}
      title={problem.title}
      role="alert"
    >
      <Stack gap="sm">
        <Text size="sm">{asSentence(problem.detail)}</Text>
        {fields.length > 0 && (
          <List size="sm">
            {fields.map(({ pointer, message }) => (
              <List.Item key={`${pointer} ${message}`}>
                <Code>{pointer}</Code> {message}
              </List.Item>
            ))}
          </List>
        )}
        {(retry ?? action) !== undefined && (
          <Group gap="sm">
            {retry && (
              <Button size="xs" variant="default" onClick={retry}>
                Try again
              </Button>
            )}
            {action}
          </Group>
        )}
        <Group gap={4}>
          <Text size="xs" c="dimmed">
            {problem.code}
            {problem.requestId !== undefined && <> · request {problem.requestId}</>}
          </Text>
          {problem.requestId !== undefined && (
            <CopyButton value={problem.requestId} label="Copy the request id" />
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
