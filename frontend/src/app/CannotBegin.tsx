import { Button, Stack, Title } from "@mantine/core";
import { actingGroup } from "@/api/group";
import { Brand } from "@/app/Brand";
import classes from "@/app/Shell.module.css";
import { ErrorCard } from "@/components/ErrorCard";

/** In place of every screen: the server does not say who the caller is, or not for this group. */
export function CannotBegin({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const group = actingGroup();
  return (
    <main className={classes.alone}>
      <Stack>
        <Brand />
        <Title order={1} size="h2">
          {group === undefined ? "Kasal cannot begin" : "This group does not open"}
        </Title>
        <ErrorCard
          error={error}
          onRetry={onRetry}
          action={
            group !== undefined && (
              <Button component="a" href="/" size="xs" variant="default">
                Go to your own group
              </Button>
            )
          }
        />
      </Stack>
    </main>
  );
}
