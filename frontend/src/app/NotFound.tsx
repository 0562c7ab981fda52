import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { EmptyState } from "@/components/EmptyState";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";

export function NotFound() {
  return (
    <Page>
      <PageHeader title="No such page" />
      <EmptyState
        icon={Compass}
        title="Nothing is kept under this address"
        action={
          <Button component={Link} to="/crews">
            Go to the crews
          </Button>
        }
      >
        It may have been deleted, belong to another group, or the address may have been cut off on
        its way.
      </EmptyState>
    </Page>
  );
}
