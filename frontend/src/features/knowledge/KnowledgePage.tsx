import { Button, FileButton, Select } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import { getRouteApi } from "@tanstack/react-router";
import { BookOpen, Upload as UploadIcon } from "lucide-react";
import { useMay } from "@/api/me";
import { usePages, useStale } from "@/api/queries";
import { CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { documentColumns } from "@/features/knowledge/columns";
import { ENDINGS, KINDS } from "@/features/knowledge/documents";
import classes from "@/features/knowledge/Knowledge.module.css";
import { Passages } from "@/features/knowledge/Passages";
import { SearchBox } from "@/features/knowledge/SearchBox";
import { type KnowledgeSearch, readKnowledgeSearch } from "@/features/knowledge/search";
import { UploadList } from "@/features/knowledge/UploadList";
import { upload } from "@/features/knowledge/uploads";

const route = getRouteApi("/knowledge");
const DOCUMENTS = "/api/v1/knowledge/documents";
const SOON_MS = 1_500;
const LATER_MS = 10_000;

/** Documents that crews look things up in: dropped here, read by a worker, found by passage. */
export function KnowledgePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const stale = useStale();
  const canEdit = useMay("editor");
  const crews = usePages("/api/v1/crews", { limit: 200 });
  const names = new Map(crews.items.map((crew) => [crew.id, crew.name]));

  function go(next: KnowledgeSearch) {
    void navigate({
      search: ({ group }) => (group === undefined ? next : { ...next, group }),
      replace: true,
    });
  }

  function send(files: File[]) {
    upload(files, search.crew, () => void stale(DOCUMENTS));
  }

  return (
    <Page fill>
      <PageHeader
        title="Knowledge"
        description="Documents that crews look things up in"
        actions={canEdit && <UploadButton onFiles={send} label="Upload" />}
      />
      {canEdit && (
        <Dropzone.FullScreen onDrop={send} multiple inputProps={{ "aria-label": "Files" }}>
          <EmptyState icon={UploadIcon} title="Drop to upload">
            {search.crew === undefined
              ? "Every crew of the group may read it."
              : `Only ${names.get(search.crew) ?? "the chosen crew"} may read it.`}
          </EmptyState>
        </Dropzone.FullScreen>
      )}
      <div className={classes.tools} role="search">
        <SearchBox asked={search.q} onAsk={(q) => go(readKnowledgeSearch({ ...search, q }))} />
        <Select
          aria-label="For which crew"
          placeholder="The whole group"
          clearable
          searchable
          data={crews.items.map((crew) => ({ value: crew.id, label: crew.name }))}
          value={search.crew ?? null}
          onChange={(crew) => go(readKnowledgeSearch({ ...search, crew }))}
        />
      </div>
      <UploadList />
      {search.q === undefined ? (
        <Documents crew={search.crew} names={names} onFiles={canEdit ? send : undefined} />
      ) : (
        <Passages query={search.q} crew={search.crew} />
      )}
    </Page>
  );
}

function UploadButton({ onFiles, label }: { onFiles: (files: File[]) => void; label: string }) {
  return (
    <FileButton onChange={onFiles} accept={ENDINGS.join(",")} multiple>
      {(props) => (
        <Button {...props} leftSection={<UploadIcon size={16} aria-hidden />}>
          {label}
        </Button>
      )}
    </FileButton>
  );
}

interface DocumentsProps {
  crew: string | undefined;
  names: ReadonlyMap<string, string>;
  onFiles: ((files: File[]) => void) | undefined;
}

function Documents({ crew, names, onFiles }: DocumentsProps) {
  const filters = crew === undefined ? {} : { crew_id: crew };
  const known = usePages(DOCUMENTS, { filters, limit: 100, everyMs: LATER_MS });
  const isReading = known.items.some((one) => one.status === "queued" || one.status === "reading");
  // The same list, asked for more often while something happens in it.
  usePages(DOCUMENTS, { filters, limit: 100, everyMs: SOON_MS, enabled: isReading });
  return (
    <CursorTable
      label="Documents"
      pages={known}
      columns={documentColumns(names, onFiles !== undefined)}
      rowKey={(document) => document.id}
      rowHeight={62}
      empty={
        <EmptyState
          icon={BookOpen}
          title={crew === undefined ? "No document yet" : "No document for this crew alone"}
          action={onFiles && <UploadButton onFiles={onFiles} label="Choose files" />}
        >
          Drop files anywhere on this page: {KINDS}. Agents with memory find passages in them and
          can search for more.
        </EmptyState>
      }
    />
  );
}
