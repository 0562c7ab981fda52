import { Button, Stack, Text } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { $api } from "@/api/client";
import { isOpen, useJob } from "@/api/jobs";
import { useMay } from "@/api/me";
import { useStale } from "@/api/queries";
import { ConfirmButton } from "@/components/ConfirmButton";
import { ErrorCard } from "@/components/ErrorCard";
import { JobPanel } from "@/components/JobPanel";
import { Loaded } from "@/components/Loaded";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { StatusBadge } from "@/components/StatusBadge";
import { BackendSettings } from "@/features/memory/BackendSettings";
import { type Backend, kindName, placeOf } from "@/features/memory/backends";
import { IndexList } from "@/features/memory/IndexList";
import { MEMORY } from "@/features/memory/recordActions";
import { aheadOf, stepName } from "@/features/memory/setup";
import { useBackendActions } from "@/features/memory/useBackendActions";
import { VerificationPanel } from "@/features/memory/VerificationPanel";

const route = getRouteApi("/memory/storage/$id");

/** One place for memory: whether it can be used, its indexes, its configuration. */
export function BackendPage() {
  const { id } = route.useParams();
  const query = $api.useQuery("get", "/api/v1/memory/backends/{id}", { params: { path: { id } } });
  const backend = query.data;
  return (
    <Page>
      <PageHeader
        title={backend?.name ?? "Storage"}
        parent={{ to: "/memory/storage", label: "Storage" }}
        beside={backend?.is_active === true && <StatusBadge status="active" word="In use" />}
        description={backend && `${kindName(backend.kind)}, ${placeOf(backend)}`}
        actions={backend && <Actions backend={backend} />}
      />
      <Loaded query={query} what="Reading the place">
        {(found) => <Parts backend={found} />}
      </Loaded>
    </Page>
  );
}

function Parts({ backend }: { backend: Backend }) {
  const { job: opened } = route.useSearch();
  const stale = useStale();
  const setup = useJob(backend.setup_job_id ?? undefined);
  const inSetUp = setup.data !== undefined && isOpen(setup.data);
  const failed = setup.data?.status === "failed" || setup.data?.status === "cancelled";
  const usesStore = backend.kind !== "default";
  return (
    <Stack gap="md">
      {backend.effective_reason !== null && <Text c="dimmed">{backend.effective_reason}</Text>}
      {backend.setup_job_id !== null && (inSetUp || failed) && (
        <JobPanel
          id={backend.setup_job_id}
          title="Set-up"
          ahead={aheadOf(backend)}
          nameOf={stepName}
          onEnded={() => void stale(MEMORY)}
          actions={() => <SetUpAgain backend={backend} />}
        />
      )}
      {opened !== undefined && (
        <JobPanel id={opened} title="Emptying the index" onEnded={() => void stale(MEMORY)}>
          {(job) => <Text size="sm">{resultWords(job.result)}</Text>}
        </JobPanel>
      )}
      {usesStore && !inSetUp && <VerificationPanel backend={backend} />}
      {!inSetUp && <IndexList backend={backend} />}
      <BackendSettings key={backend.version} backend={backend} />
    </Stack>
  );
}

function resultWords(result: Record<string, unknown> | null): string {
  const removed = result?.removed ?? result?.deleted ?? result?.count;
  return typeof removed === "number" ? `${removed} records removed` : "Done";
}

/** Goes on with what is missing; what is there is left as it is. */
function SetUpAgain({ backend }: { backend: Backend }) {
  const stale = useStale();
  const isAdmin = useMay("admin");
  const setup = $api.useMutation("post", "/api/v1/memory/backends/{id}/setup", {
    onSuccess: () => stale(MEMORY),
  });
  if (!isAdmin) return null;
  return (
    <>
      {setup.error !== null && <ErrorCard error={setup.error} />}
      <Button
        size="xs"
        loading={setup.isPending}
        leftSection={<Play size={14} aria-hidden />}
        onClick={() =>
          setup.mutate({
            params: { path: { id: backend.id } },
            body: { activate: backend.is_active },
          })
        }
      >
        Set up again
      </Button>
    </>
  );
}

function Actions({ backend }: { backend: Backend }) {
  const { use, remove, busy } = useBackendActions();
  const navigate = useNavigate();
  const isAdmin = useMay("admin");
  if (!isAdmin) return null;
  return (
    <>
      <ConfirmButton
        title={`Delete ${backend.name}`}
        consequence={
          backend.is_active
            ? "It is in use: from now on runs keep their memory in the built-in store. Indexes and records stay where they are."
            : "Only this entry goes. Indexes and records stay where they are, and so does what Databricks bills for its endpoint."
        }
        confirm="Delete"
        onConfirm={async () => {
          await remove(backend.id);
          void navigate({ to: "/memory/storage" });
        }}
      >
        Delete…
      </ConfirmButton>
      {backend.is_active ? (
        <Button variant="default" loading={busy} onClick={() => void use(null, backend)}>
          Stop using it
        </Button>
      ) : (
        <Button loading={busy} onClick={() => void use(backend, backend)}>
          Use this one
        </Button>
      )}
    </>
  );
}
