import { Badge, Button, Group, Stack, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Pencil, Pin, PinOff, Trash2 } from "lucide-react";
import { useState } from "react";
import { useMay } from "@/api/me";
import { ConfirmButton } from "@/components/ConfirmButton";
import { CopyButton } from "@/components/CopyButton";
import { Facts } from "@/components/Facts";
import { JsonView } from "@/components/JsonView";
import { RelativeTime } from "@/components/RelativeTime";
import { type MemoryRecord, numberField, provenanceOf } from "@/features/memory/provenance";
import { useRecordActions } from "@/features/memory/recordActions";
import { RecordForm } from "@/features/memory/RecordForm";
import { PinnedBadge } from "@/features/memory/RecordMeta";
import { RecordUses } from "@/features/memory/RecordUses";
import classes from "@/features/memory/Records.module.css";
import { refOf } from "@/features/memory/search";
import { shortId } from "@/lib/format";
import { LinkButton } from "@/components/LinkButton";

/** A record with where it came from, who used it, and what can be done with it. */
export function RecordDetail({ record, onGone }: { record: MemoryRecord; onGone: () => void }) {
  const [editing, setEditing] = useState(false);
  if (editing) return <RecordForm record={record} onDone={() => setEditing(false)} />;
  return (
    <Stack gap="md">
      <div className={classes.whole}>{record.text}</div>
      <Actions record={record} onEdit={() => setEditing(true)} onGone={onGone} />
      <section aria-label="Where it came from">
        <Title order={2} size="h4" mb="xs">
          Where it came from
        </Title>
        <Origin record={record} />
      </section>
      <RecordUses record={record} />
      <section aria-label="All fields">
        <Title order={2} size="h4" mb="xs">
          All fields
        </Title>
        <JsonView value={record.fields} open={1} />
      </section>
    </Stack>
  );
}

interface ActionsProps {
  record: MemoryRecord;
  onEdit: () => void;
  onGone: () => void;
}

function Actions({ record, onEdit, onGone }: ActionsProps) {
  const { pin, remove } = useRecordActions();
  const canEdit = useMay("editor");
  if (record.type === "document") {
    return (
      <Group gap="xs">
        <LinkButton to="/knowledge" variant="default" size="xs">
          Documents are managed under Knowledge
        </LinkButton>
      </Group>
    );
  }
  if (!canEdit) return record.pinned ? <PinnedBadge /> : null;
  return (
    <Group gap="xs">
      <Button
        size="xs"
        variant="default"
        leftSection={<Pencil size={14} aria-hidden />}
        onClick={onEdit}
      >
        Edit
      </Button>
      <Button
        size="xs"
        variant="default"
        aria-pressed={record.pinned}
        leftSection={
          record.pinned ? <PinOff size={14} aria-hidden /> : <Pin size={14} aria-hidden />
        }
        onClick={() => void pin(record)}
      >
        {record.pinned ? "Unpin" : "Pin"}
      </Button>
      <ConfirmButton
        size="xs"
        leftSection={<Trash2 size={14} aria-hidden />}
        title="Delete this record"
        consequence="No run recalls it any more. Runs that already had it keep what they answered."
        confirm="Delete"
        onConfirm={async () => {
          await remove([record]);
          onGone();
        }}
      >
        Delete…
      </ConfirmButton>
      {record.pinned && <PinnedBadge />}
    </Group>
  );
}

function Origin({ record }: { record: MemoryRecord }) {
  const { run, task, agent, taughtBy, model } = provenanceOf(record);
  const quality = numberField(record, "quality");
  const importance = numberField(record, "importance");
  return (
    <Facts
      of={[
        ["Crew", record.crew && <CrewName crew={record.crew} />],
        [
          "Run",
          run && (
            <Link to="/runs/$id" params={{ id: run }}>
              run {shortId(run)}
            </Link>
          ),
        ],
        ["Task", task],
        ["Agent", taughtBy === undefined ? agent : undefined],
        ["Taught by", taughtBy],
        ["Model", model],
        ["Quality", quality?.toFixed(2)],
        ["Importance", importance?.toFixed(2)],
        ["Made", record.created_at && <RelativeTime at={record.created_at} />],
        ["Last recalled", record.last_accessed_at && <RelativeTime at={record.last_accessed_at} />],
        [
          "Kept",
          record.expires_at ? <Until at={record.expires_at} /> : "until somebody removes it",
        ],
        [
          "Id",
          <Group key="id" gap={4} wrap="nowrap">
            <span>{refOf(record)}</span>
            <CopyButton value={refOf(record)} label="Copy the id" />
          </Group>,
        ],
        ["Version", String(record.version)],
      ]}
    />
  );
}

function Until({ at }: { at: string }) {
  return (
    <>
      ends <RelativeTime at={at} />
    </>
  );
}

function CrewName({ crew }: { crew: NonNullable<MemoryRecord["crew"]> }) {
  const name = crew.name ?? `crew ${crew.identity.slice(0, 8)}`;
  return (
    <Group gap={6}>
      {crew.crew_id === null ? (
        name
      ) : (
        <Link to="/crews/$id" params={{ id: crew.crew_id }}>
          {name}
        </Link>
      )}
      <Badge size="sm" variant="default" tt="none" title={`Identity ${crew.identity}`}>
        {crew.crew_id === null ? "not saved" : `lineage ${crew.identity.slice(0, 8)}`}
      </Badge>
    </Group>
  );
}
