import { Alert, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Users } from "lucide-react";
import { useRef, useState } from "react";
import { $api } from "@/api/client";
import { useMay, useMe } from "@/api/me";
import { asProblem } from "@/api/problem";
import { useStale } from "@/api/queries";
import { type Approval, type Decision, DONE, WORDS } from "@/components/approval/words";
import { ErrorCard } from "@/components/ErrorCard";

interface Props {
  approval: Approval;
  onDecided: ((approval: Approval) => void) | undefined;
}

export function DecisionForm({ approval, onDecided }: Props) {
  const [comment, setComment] = useState("");
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const stale = useStale();
  const decide = $api.useMutation("post", "/api/v1/approvals/{id}/decision");
  const chosen = decide.variables?.body.decision;
  const words = WORDS[approval.kind];

  function send(decision: Decision) {
    if (decision === "revise" && comment.trim() === "") {
      setMissing(true);
      field.current?.focus();
      return;
    }
    decide.mutate(
      {
        params: { path: { id: approval.id } },
        body: { decision, comment, shown_hash: approval.shown_hash },
      },
      {
        onSuccess: (decided) => {
          notifications.show({ message: DONE[decision] });
          onDecided?.(decided);
        },
        // Also when it was refused: then somebody else may have decided.
        onSettled: () => void stale("/api/v1/approvals", "/api/v1/executions"),
      },
    );
  }

  const refused = decide.error === null ? null : <Refused error={decide.error} of={approval} />;
  if (approval.status !== "pending") return refused;
  return (
    <Stack gap="sm">
      <Textarea
        ref={field}
        label="Comment"
        description={
          words.revise === undefined
            ? "Optional"
            : "Optional; needed to send it back: what to change"
        }
        autosize
        minRows={2}
        maxRows={10}
        value={comment}
        error={missing ? "Say what is to be changed: the task reads it when it runs again." : null}
        onChange={(event) => {
          setComment(event.currentTarget.value);
          setMissing(false);
        }}
      />
      {refused}
      <Buttons approval={approval} busy={decide.isPending ? chosen : undefined} onChoose={send} />
      <Text size="xs" c="dimmed">
        Approve: {words.approve}.{words.revise !== undefined && <> Send back: {words.revise}.</>}{" "}
        Reject: {words.reject}.
      </Text>
    </Stack>
  );
}

interface ButtonsProps {
  approval: Approval;
  busy: Decision | undefined;
  onChoose: (decision: Decision) => void;
}

function Buttons({ approval, busy, onChoose }: ButtonsProps) {
  const me = useMe();
  const may = useMay(approval.role);
  const off = busy !== undefined;
  if (me.data !== undefined && !may) {
    return (
      <Text c="dimmed">
        This needs the role {approval.role}; yours in this group is {me.data.role}.
      </Text>
    );
  }
  return (
    <Group gap="xs">
      <Button loading={busy === "approve"} disabled={off} onClick={() => onChoose("approve")}>
        Approve
      </Button>
      {WORDS[approval.kind].revise !== undefined && (
        <Button
          variant="default"
          loading={busy === "revise"}
          disabled={off}
          onClick={() => onChoose("revise")}
        >
          Send back
        </Button>
      )}
      <Button
        variant="default"
        c="var(--kasal-bad)"
        loading={busy === "reject"}
        disabled={off}
        onClick={() => onChoose("reject")}
      >
        Reject
      </Button>
    </Group>
  );
}

function Refused({ error, of }: { error: unknown; of: Approval }) {
  const problem = asProblem(error);
  if (problem.status !== 409) return <ErrorCard error={error} />;
  const title =
    of.status === "pending" ? "What is asked has changed" : "Somebody decided before you";
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<Users size={18} aria-hidden />}
      title={title}
      role="alert"
    >
      Your decision was not taken: {problem.detail}.
    </Alert>
  );
}
