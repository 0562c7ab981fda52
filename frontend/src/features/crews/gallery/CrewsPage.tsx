import { Button, Group, SimpleGrid, TextInput, Title } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { FileUp, Plus, Search, SearchX, Users } from "lucide-react";
import { useState } from "react";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { type Pages, usePages, useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ErrorCard } from "@/components/ErrorCard";
import { LoadMore } from "@/components/LoadMore";
import { Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { CrewCard } from "@/features/crews/gallery/CrewCard";
import classes from "@/features/crews/gallery/Gallery.module.css";
import { ImportDialog } from "@/features/crews/gallery/ImportDialog";

type Crew = Schema<"CrewSummary">;

const route = getRouteApi("/crews");
const PAUSE_MS = 250;

/** The examples, then the group's own crews. */
export function CrewsPage() {
  const { q } = route.useSearch();
  const search = q === undefined ? {} : { search: q };
  const examples = usePages("/api/v1/crews", { filters: { example: true, ...search } });
  const own = usePages("/api/v1/crews", { filters: { example: false, ...search } });
  const mayEdit = useMay("editor");
  const [importing, dialog] = useDisclosure(false);
  const error: unknown = examples.error ?? own.error;
  const isPending = examples.isPending || own.isPending;
  const nothing = examples.items.length + own.items.length === 0;
  return (
    <Page>
      <PageHeader
        title="Crews"
        description="Agents with tasks, ready to be run"
        actions={
          <Group gap="xs" className={classes.actions ?? ""}>
            <SearchBox />
            {mayEdit && (
              <Button
                variant="default"
                leftSection={<FileUp size={14} aria-hidden />}
                onClick={dialog.open}
              >
                Import
              </Button>
            )}
            {mayEdit && <NewCrewButton />}
          </Group>
        }
      />
      {error != null && (
        <ErrorCard
          error={error}
          onRetry={() => {
            examples.retry();
            own.retry();
          }}
        />
      )}
      {isPending && error == null && <Loading what="Reading the crews" />}
      {!isPending && error == null && nothing && (
        <Nothing q={q} mayEdit={mayEdit} onImport={dialog.open} />
      )}
      {/* Newest first, as every list: the example to begin with is the last one. */}
      <Shelf title="Examples" pages={{ ...examples, items: examples.items.toReversed() }} />
      <Shelf title="Your crews" pages={own} />
      <ImportDialog opened={importing} onClose={dialog.close} />
    </Page>
  );
}

function Shelf({ title, pages }: { title: string; pages: Pages<Crew> }) {
  if (pages.items.length === 0) return null;
  return (
    <section aria-label={title} className={classes.shelf}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3, xl: 4 }} spacing="md">
        {pages.items.map((crew) => (
          <CrewCard key={crew.id} crew={crew} />
        ))}
      </SimpleGrid>
      <Group mt="md">
        <LoadMore pages={pages} />
      </Group>
    </section>
  );
}

function SearchBox() {
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(q ?? "");
  const search = useDebouncedCallback((next: string) => {
    void navigate({
      search: (before) => ({ ...before, q: next === "" ? undefined : next }),
      replace: true,
    });
  }, PAUSE_MS);
  return (
    <TextInput
      type="search"
      aria-label="Search crews"
      placeholder="Search"
      leftSection={<Search size={14} aria-hidden />}
      value={text}
      maxLength={200}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value.trim());
      }}
    />
  );
}

function NewCrewButton({ label = "New crew" }: { label?: string }) {
  const navigate = useNavigate();
  const stale = useStale();
  const create = $api.useMutation("post", "/api/v1/crews");

  async function make() {
    const definition = { agents_yaml: {}, tasks_yaml: {} } as Schema<"CrewDefinition">;
    const crew = await create.mutateAsync({
      body: { name: "New crew", description: "", definition, note: "" },
    });
    await stale("/api/v1/crews");
    await navigate({ to: "/crews/$id", params: { id: crew.id } });
  }

  return (
    <Button
      leftSection={<Plus size={14} aria-hidden />}
      loading={create.isPending}
      onClick={() => void make()}
    >
      {label}
    </Button>
  );
}

interface NothingProps {
  q: string | undefined;
  mayEdit: boolean;
  onImport: () => void;
}

function Nothing({ q, mayEdit, onImport }: NothingProps) {
  const navigate = route.useNavigate();
  if (q !== undefined) {
    return (
      <EmptyState
        icon={SearchX}
        title="No crew is called that"
        action={
          <Button
            variant="default"
            onClick={() => void navigate({ search: (before) => ({ ...before, q: undefined }) })}
          >
            Show all crews
          </Button>
        }
      >
        Nothing with “{q}” in its name or description.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Users}
      title="No crew yet"
      action={
        mayEdit && (
          <Group gap="xs">
            <NewCrewButton label="Draw a crew" />
            <Button variant="default" onClick={onImport}>
              Import one
            </Button>
          </Group>
        )
      }
    >
      A crew is a few agents and the tasks they do. Draw one, or import the YAML of a CrewAI
      project.
    </EmptyState>
  );
}
