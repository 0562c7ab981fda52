import { Badge, Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { asProblem } from "@/api/problem";
import { ConfirmButton } from "@/components/ConfirmButton";
import { ErrorCard } from "@/components/ErrorCard";
import { Panel } from "@/components/Panel";
import {
  type Finding,
  findingKey,
  type FindingKind,
  findingTitle,
  findingWhy,
} from "@/features/memory/findingWords";
import classes from "@/features/memory/Findings.module.css";
import { useRecordActions } from "@/features/memory/recordActions";
import { type RecordRef, refOf } from "@/features/memory/search";
import { formatNumber } from "@/lib/format";
import { LinkButton } from "@/components/LinkButton";

interface Props {
  kind: FindingKind;
  count: number;
  findings: Finding[];
}

const AT_ONCE = 10;

/** All findings of one kind, with what can be done about each. */
export function Findings({ kind, count, findings }: Props) {
  const [shown, setShown] = useState(AT_ONCE);
  if (count === 0) return null;
  return (
    <Panel
      title={findingTitle(kind)}
      actions={<Badge variant="default">{formatNumber(count)}</Badge>}
    >
      <Text size="sm" c="dimmed" mb="sm">
        {findingWhy(kind)}
      </Text>
      <ul className={classes.findings}>
        {findings.slice(0, shown).map((finding) => (
          <OneFinding key={findingKey(finding)} finding={finding} />
        ))}
      </ul>
      {findings.length > shown && (
        <Button variant="default" size="xs" mt="md" onClick={() => setShown(shown + 2 * AT_ONCE)}>
          Show more
        </Button>
      )}
      {count > findings.length && (
        <Text size="xs" c="dimmed" mt="sm">
          The first {formatNumber(findings.length)} of {formatNumber(count)}; the others come when
          these are mended.
        </Text>
      )}
    </Panel>
  );
}

function OneFinding({ finding }: { finding: Finding }) {
  return (
    <li className={classes.finding}>
      <Text size="xs" c="dimmed">
        {finding.detail.charAt(0).toUpperCase() + finding.detail.slice(1)}
        {finding.score != null && `, ${Math.round(finding.score * 1000) / 10} % alike`}
      </Text>
      {finding.record_ids.map((id) => (
        <RecordLine
          key={id}
          kind={finding.kind}
          reference={{ type: finding.type, id }}
          pair={finding.record_ids.length > 1}
        />
      ))}
    </li>
  );
}

interface LineProps {
  kind: FindingKind;
  reference: RecordRef;
  pair: boolean;
}

function RecordLine({ kind, reference, pair }: LineProps) {
  const { pin, remove } = useRecordActions();
  const canEdit = useMay("editor");
  const query = $api.useQuery("get", "/api/v1/memory/records/{type}/{id}", {
    params: { path: reference },
  });
  if (query.error !== null) {
    if (asProblem(query.error).status === 404) {
      return <div className={classes.gone}>This record is gone by now</div>;
    }
    return <ErrorCard error={query.error} onRetry={() => void query.refetch()} />;
  }
  const record = query.data;
  return (
    <div className={classes.line}>
      <div className={classes.text}>{record?.text ?? "Reading the record"}</div>
      <Group gap="xs" wrap="nowrap">
        <LinkButton
          to="/memory"
          search={{ record: refOf(reference) }}
          size="compact-sm"
          variant="default"
        >
          Open
        </LinkButton>
        {canEdit &&
          record !== undefined &&
          (kind === "never_recalled" || kind === "expired") &&
          !record.pinned && (
            <Button size="compact-sm" variant="default" onClick={() => void pin(record)}>
              Pin
            </Button>
          )}
        {canEdit && (
          <ConfirmButton
            size="compact-sm"
            title="Delete this record"
            consequence={
              pair
                ? "The other one stays. Runs that already had this one keep what they answered."
                : "No run recalls it any more. Runs that already had it keep what they answered."
            }
            confirm="Delete"
            onConfirm={() => remove([reference])}
          >
            Delete…
          </ConfirmButton>
        )}
      </Group>
    </div>
  );
}
