import { SimpleGrid, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Users } from "lucide-react";
import { usePages } from "@/api/queries";
import type { Schema } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ErrorCard } from "@/components/ErrorCard";
import { LoadMore } from "@/components/LoadMore";
import { Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { RelativeTime } from "@/components/RelativeTime";
import classes from "@/features/crews/CrewsPage.module.css";

export function CrewsPage() {
  const pages = usePages("/api/v1/crews");
  return (
    <Page>
      <PageHeader title="Crews" description="Agents with tasks, ready to be run" />
      {pages.isPending && <Loading what="Reading the crews" />}
      {pages.error != null && <ErrorCard error={pages.error} onRetry={pages.retry} />}
      {!pages.isPending && pages.error == null && pages.items.length === 0 && (
        <EmptyState icon={Users} title="No crew yet">
          A crew is a few agents and the tasks they do. Import one with{" "}
          <code>kasal crews import</code>.
        </EmptyState>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
        {pages.items.map((crew) => (
          <CrewCard key={crew.id} crew={crew} />
        ))}
      </SimpleGrid>
      <LoadMore pages={pages} />
    </Page>
  );
}

function CrewCard({ crew }: { crew: Schema<"CrewSummary"> }) {
  return (
    <Link to="/crews/$id" params={{ id: crew.id }} className={classes.card ?? ""}>
      <span className={classes.name}>{crew.name}</span>
      <Text size="sm" c="dimmed" lineClamp={2}>
        {crew.description}
      </Text>
      <Text size="xs" c="dimmed" className={classes.meta ?? ""}>
        v{crew.current_version} · changed <RelativeTime at={crew.updated_at} />
        {crew.seed_key !== null && " · example"}
      </Text>
    </Link>
  );
}
