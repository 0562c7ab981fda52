import { Button, Group, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { getRouteApi } from "@tanstack/react-router";
import { BrainCircuit, Eraser, Plus, SearchX } from "lucide-react";
import { useMemo, useState } from "react";
import { useMay } from "@/api/me";
import { CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { AddRecord } from "@/features/memory/AddRecord";
import { BackendBar } from "@/features/memory/BackendBar";
import { BulkBar } from "@/features/memory/BulkBar";
import { ClearMemory } from "@/features/memory/ClearMemory";
import { recordColumns } from "@/features/memory/columns";
import { MemoryFrame } from "@/features/memory/MemoryFrame";
import { RecordDrawer } from "@/features/memory/RecordDrawer";
import { RecordFilters } from "@/features/memory/RecordFilters";
import type { MemoryRecord } from "@/features/memory/provenance";
import { readRef, type RecordsSearch, refOf } from "@/features/memory/search";
import { type ListedRecord, useRecords } from "@/features/memory/useRecords";
import { LinkButton } from "@/components/LinkButton";

const route = getRouteApi("/memory");

const keyOf = ({ record }: ListedRecord) => refOf(record);

export function MemoryPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const pages = useRecords(search);
  const canEdit = useMay("editor");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [adding, add] = useDisclosure(false);
  const [clearing, clear] = useDisclosure(false);
  const [opened, setOpened] = useState(search.record);
  if (search.record !== undefined && search.record !== opened) setOpened(search.record);

  function go(next: RecordsSearch, replace = false) {
    void navigate({
      search: ({ group }) => (group === undefined ? next : { ...next, group }),
      replace,
      resetScroll: false,
    });
  }

  const columns = useMemo(() => {
    const open = (one: MemoryRecord) =>
      void navigate({
        search: (before) => ({ ...before, record: refOf(one) }),
        resetScroll: false,
      });
    return recordColumns(canEdit, open);
  }, [canEdit, navigate]);

  const { record, ...filters } = search;
  return (
    <MemoryFrame
      fill
      actions={
        canEdit && (
          <>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="default">More</Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<Eraser size={14} aria-hidden />} onClick={clear.open}>
                  Clear a crew's memory…
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
            <Button leftSection={<Plus size={16} aria-hidden />} onClick={add.open}>
              Teach a crew
            </Button>
          </>
        )
      }
    >
      <BackendBar />
      <RecordFilters search={search} onChange={(next) => go(next, true)} />
      {chosen.size > 0 && <BulkBar chosen={chosen} onDone={() => setChosen(new Set())} />}
      <CursorTable
        label="Records"
        pages={pages}
        columns={columns}
        rowKey={keyOf}
        rowHeight={70}
        {...(canEdit && search.type !== "document"
          ? { selection: { keys: chosen, onChange: setChosen } }
          : {})}
        empty={<Nothing search={search} onClear={() => go({})} />}
      />
      <RecordDrawer
        reference={opened === undefined ? undefined : readRef(opened)}
        opened={record !== undefined}
        onClose={() => go(filters)}
      />
      <AddRecord
        opened={adding}
        onClose={add.close}
        crew={search.crew}
        onAdded={(one) => go({ record: refOf(one) })}
      />
      <ClearMemory opened={clearing} onClose={clear.close} crew={search.crew} type={search.type} />
    </MemoryFrame>
  );
}

function Nothing({ search, onClear }: { search: RecordsSearch; onClear: () => void }) {
  if (search.q !== undefined || search.type !== undefined || search.crew !== undefined) {
    return (
      <EmptyState
        icon={SearchX}
        title="No record fits"
        action={
          <Button variant="default" onClick={onClear}>
            Show all records
          </Button>
        }
      >
        {search.type === "document"
          ? "Documents that crews look things up in are added under Knowledge."
          : "Nothing is remembered that fits this search and these filters."}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={BrainCircuit}
      title="Nothing is remembered yet"
      action={
        <Group>
          <LinkButton to="/crews">Choose a crew to run</LinkButton>
        </Group>
      }
    >
      A crew with memory keeps what it finds out. Its next run is told, and you see here what.
    </EmptyState>
  );
}
