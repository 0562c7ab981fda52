import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { EllipsisVertical, PanelRight, Pin, PinOff, Trash2 } from "lucide-react";
import { useMay } from "@/api/me";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { type MemoryRecord } from "@/features/memory/provenance";
import { useRecordActions } from "@/features/memory/recordActions";

interface Props {
  record: MemoryRecord;
  onOpen: () => void;
}

/** What can be done with one record, at the end of its row. */
export function RecordMenu({ record, onOpen }: Props) {
  const { pin, remove } = useRecordActions();
  const [deleting, dialog] = useDisclosure(false);
  const canEdit = useMay("editor");
  const isDocument = record.type === "document";
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Actions for ${record.text.slice(0, 60)}`}
          >
            <EllipsisVertical size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<PanelRight size={14} aria-hidden />} onClick={onOpen}>
            {isDocument || !canEdit ? "Open" : "Open and edit"}
          </Menu.Item>
          {canEdit && !isDocument && (
            <>
              <Menu.Item
                leftSection={
                  record.pinned ? <PinOff size={14} aria-hidden /> : <Pin size={14} aria-hidden />
                }
                onClick={() => void pin(record)}
              >
                {record.pinned ? "Unpin" : "Pin"}
              </Menu.Item>
              <Menu.Item
                color="red"
                leftSection={<Trash2 size={14} aria-hidden />}
                onClick={dialog.open}
              >
                Delete…
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={deleting}
        onClose={dialog.close}
        title="Delete this record"
        consequence="No run recalls it any more. Runs that already had it keep what they answered."
        confirm="Delete"
        onConfirm={() => remove([record])}
      />
    </>
  );
}
