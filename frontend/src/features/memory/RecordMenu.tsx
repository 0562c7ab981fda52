import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { EllipsisVertical, PanelRight, Pin, PinOff, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { type MemoryRecord } from "@/features/memory/provenance";
import { useRecordActions } from "@/features/memory/recordActions";

interface Props {
  record: MemoryRecord;
  canEdit: boolean;
  onOpen: () => void;
}

/** What can be done with one record. The menu is made at the first press: in a long list each row has to be light. */
export function RecordMenu(props: Props) {
  const [used, setUsed] = useState(false);
  if (used) return <OpenedMenu {...props} />;
  return <MenuButton record={props.record} onClick={() => setUsed(true)} aria-haspopup="menu" />;
}

interface ButtonProps extends Omit<React.ComponentPropsWithRef<"button">, "color" | "style"> {
  record: MemoryRecord;
}

function MenuButton({ record, ...props }: ButtonProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={`Actions for ${record.text.slice(0, 60)}`}
      {...props}
    >
      <EllipsisVertical size={16} aria-hidden />
    </ActionIcon>
  );
}

function OpenedMenu({ record, canEdit, onOpen }: Props) {
  const { pin, remove } = useRecordActions();
  const [deleting, dialog] = useDisclosure(false);
  const button = useRef<HTMLButtonElement>(null);
  const isDocument = record.type === "document";
  return (
    <>
      <Menu
        position="bottom-end"
        defaultOpened
        // The button that had the focus is gone: this one stands in its place.
        returnFocus={false}
        onClose={() => button.current?.focus()}
      >
        <Menu.Target>
          <MenuButton record={record} ref={button} />
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
                c="var(--kasal-bad)"
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
