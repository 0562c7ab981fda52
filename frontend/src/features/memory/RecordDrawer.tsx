import { Drawer } from "@mantine/core";
import { $api } from "@/api/client";
import { Loaded } from "@/components/Loaded";
import { RecordDetail } from "@/features/memory/RecordDetail";
import { type RecordRef, typeName } from "@/features/memory/search";

interface Props {
  /** The one that was open last, so that closing does not empty it while it moves away. */
  reference: RecordRef | undefined;
  opened: boolean;
  onClose: () => void;
}

export function RecordDrawer({ reference, opened, onClose }: Props) {
  return (
    <Drawer
      opened={opened && reference !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={reference === undefined ? "Record" : `${typeName(reference.type)} record`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {reference !== undefined && <OneRecord reference={reference} onGone={onClose} />}
    </Drawer>
  );
}

function OneRecord({ reference, onGone }: { reference: RecordRef; onGone: () => void }) {
  const query = $api.useQuery("get", "/api/v1/memory/records/{type}/{id}", {
    params: { path: reference },
  });
  return (
    <Loaded query={query} what="Reading the record">
      {(record) => <RecordDetail key={record.id} record={record} onGone={onGone} />}
    </Loaded>
  );
}
