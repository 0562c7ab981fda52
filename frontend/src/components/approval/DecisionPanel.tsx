import { Group, Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef } from "react";
import { $api } from "@/api/client";
import classes from "@/components/approval/Decision.module.css";
import { DecisionForm } from "@/components/approval/DecisionForm";
import { Provenance } from "@/components/approval/Provenance";
import { Shown } from "@/components/approval/Shown";
import { type Approval, subjectOf, WORDS } from "@/components/approval/words";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";

interface Props {
  approval: Approval;
  /** On the page of its run, which says already what runs. */
  inRun?: boolean;
  /** Takes the focus when another question is shown. */
  takesFocus?: boolean;
  onDecided?: (approval: Approval) => void;
}

/** One question to a person: what is asked, where it comes from, and the answer to it. */
export function DecisionPanel({ approval, inRun = false, takesFocus = false, onDecided }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const words = WORDS[approval.kind];
  const { data } = $api.useQuery(
    "get",
    "/api/v1/approvals/{id}",
    { params: { path: { id: approval.id } } },
    {
      initialData: approval,
      refetchInterval: ({ state }) => (state.data?.status === "pending" ? 5_000 : false),
    },
  );
  const shown = data !== undefined && data.version >= approval.version ? data : approval;

  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [approval.id, takesFocus]);

  return (
    <section className={classes.decision} aria-label={words.question}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="xs">
          <div>
            <Title order={2} size="h4" ref={heading} tabIndex={-1}>
              {words.question}
            </Title>
            <Text size="sm" c="dimmed">
              {subjectOf(shown)}
            </Text>
          </div>
          <StatusBadge status={shown.status} />
        </Group>
        <Provenance approval={shown} inRun={inRun} />
        <div>
          <Text size="xs" c="dimmed" mb={4}>
            {words.about}
          </Text>
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by keyboard */}
          <div className={classes.shown} tabIndex={0} role="region" aria-label={words.about}>
            <Shown approval={shown} />
          </div>
        </div>
        <Decided approval={shown} />
        <DecisionForm key={shown.id} approval={shown} onDecided={onDecided} />
      </Stack>
    </section>
  );
}

function Decided({ approval }: { approval: Approval }) {
  if (approval.status === "pending") return null;
  if (approval.status === "withdrawn") {
    return <Text>The run ended before anybody decided; nothing is left to decide.</Text>;
  }
  return (
    <div>
      <Text>
        {approval.status === "expired" ? (
          <>Nobody decided in time: it counts as {past(approval.on_expiry)}. </>
        ) : (
          <>{approval.decided_by} decided. </>
        )}
        <Text span c="dimmed">
          <RelativeTime at={approval.decided_at} />
        </Text>
      </Text>
      {approval.comment !== null && approval.comment !== "" && (
        <Text className={classes.text ?? ""} mt={4} pl="sm">
          {approval.comment}
        </Text>
      )}
    </div>
  );
}

function past(decision: Approval["on_expiry"]): string {
  return decision === "approve" ? "approved" : "rejected";
}
