import type { ErrorComponentProps } from "@tanstack/react-router";
import { ErrorCard } from "@/components/ErrorCard";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";

/** When a screen itself breaks: the rail stays, and it can be tried again. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  return (
    <Page>
      <PageHeader title="This screen stopped" />
      <ErrorCard error={error} onRetry={reset} />
    </Page>
  );
}
