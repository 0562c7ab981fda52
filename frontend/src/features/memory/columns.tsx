import { Link } from "@tanstack/react-router";
import type { Column } from "@/components/CursorTable";
import { RelativeTime } from "@/components/RelativeTime";
import { RecordMenu } from "@/features/memory/RecordMenu";
import { RecordMeta, TypeIcon } from "@/features/memory/RecordMeta";
import type { MemoryRecord } from "@/features/memory/provenance";
import classes from "@/features/memory/Records.module.css";
import { refOf } from "@/features/memory/search";
import type { ListedRecord } from "@/features/memory/useRecords";

export function recordColumns(
  canEdit: boolean,
  onOpen: (record: MemoryRecord) => void,
): Column<ListedRecord>[] {
  return [
    {
      key: "record",
      header: "Record",
      render: ({ record, found }) => (
        <Link
          to="/memory"
          search={(before) => ({ ...before, record: refOf(record) })}
          resetScroll={false}
          className={classes.record ?? ""}
        >
          <TypeIcon type={record.type} />
          <span className={classes.text}>{record.text}</span>
          <RecordMeta record={record} found={found} />
        </Link>
      ),
    },
    {
      key: "used",
      header: "Used",
      width: 70,
      wide: true,
      align: "end",
      render: ({ record }) => `${record.used}×`,
    },
    {
      key: "made",
      header: "Made",
      width: 110,
      wide: true,
      render: ({ record }) => <RelativeTime at={record.created_at} />,
    },
    {
      key: "actions",
      header: "",
      width: 48,
      render: ({ record }) => (
        <RecordMenu record={record} canEdit={canEdit} onOpen={() => onOpen(record)} />
      ),
    },
  ];
}
