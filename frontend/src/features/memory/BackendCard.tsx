import { Button, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { isOpen, useJob } from "@/api/jobs";
import { useMay } from "@/api/me";
import { Facts } from "@/components/Facts";
import { StatusBadge } from "@/components/StatusBadge";
import classes from "@/features/memory/BackendCard.module.css";
import { type Backend, kindName, placeOf } from "@/features/memory/backends";
import { typeName } from "@/features/memory/search";
import { useBackendActions } from "@/features/memory/useBackendActions";
import { formatNumber } from "@/lib/format";
import { LinkButton } from "@/components/LinkButton";

/** The store that needs no setting up; used while nothing else is. */
export function BuiltInCard({ active }: { active: Backend | undefined }) {
  const { use, busy } = useBackendActions();
  const isAdmin = useMay("admin");
  return (
    <article
      className={classes.card}
      data-active={active === undefined}
      aria-label="Built-in store"
    >
      <div className={classes.head}>
        <h2 className={classes.name}>Built-in store</h2>
        {active === undefined && <StatusBadge status="active" word="In use" />}
      </div>
      <Text c="dimmed" size="sm">
        Files of this server, one for each crew and type, searched exactly. Nothing to set up,
        nothing to pay, nothing leaves the machine.
      </Text>
      {active !== undefined && isAdmin && (
        <div className={classes.foot}>
          <Button size="xs" variant="default" loading={busy} onClick={() => void use(null, active)}>
            Use this one
          </Button>
        </div>
      )}
    </article>
  );
}

export function BackendCard({ backend }: { backend: Backend }) {
  const { use, busy } = useBackendActions();
  const isAdmin = useMay("admin");
  const job = useJob(backend.setup_job_id ?? undefined);
  const inSetUp = job.data !== undefined && isOpen(job.data);
  return (
    <article className={classes.card} data-active={backend.is_active} aria-label={backend.name}>
      <div className={classes.head}>
        <h2 className={classes.name}>
          <Link to="/memory/storage/$id" params={{ id: backend.id }}>
            {backend.name}
          </Link>
        </h2>
        {backend.is_active && <StatusBadge status="active" word="In use" />}
        {inSetUp && <StatusBadge status="running" word="Being set up" />}
        {job.data?.status === "failed" && <StatusBadge status="failed" word="Set-up failed" />}
      </div>
      <Facts
        of={[
          ["Kind", kindName(backend.kind)],
          ["Place", placeOf(backend)],
          ["Endpoint", backend.config.endpoint_name],
          ["Remembers", backend.indexes.map((index) => typeName(index.type)).join(", ")],
          [
            "Embedder",
            `${backend.embedder.name}, ${formatNumber(backend.embedder.dimension)} dimensions`,
          ],
          ["But", backend.effective_reason],
        ]}
      />
      <div className={classes.foot}>
        <LinkButton
          to="/memory/storage/$id"
          params={{ id: backend.id }}
          size="xs"
          variant="default"
        >
          Indexes and settings
        </LinkButton>
        {isAdmin && !backend.is_active && !inSetUp && (
          <Button
            size="xs"
            variant="default"
            loading={busy}
            onClick={() => void use(backend, backend)}
          >
            Use this one
          </Button>
        )}
      </div>
    </article>
  );
}
