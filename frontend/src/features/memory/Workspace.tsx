import { Button, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Schema } from "@/api/types";
import { Facts } from "@/components/Facts";
import { Loaded } from "@/components/Loaded";
import { Panel } from "@/components/Panel";
import { StatusBadge } from "@/components/StatusBadge";
import { identityWords } from "@/features/memory/backends";
import { CheckIcon } from "@/features/memory/VerificationPanel";
import classes from "@/features/memory/Checks.module.css";

type Read = Schema<"MemoryWorkspaceRead">;

interface Query {
  data: Read | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** Who we are in the workspace, and whether it lets us use vector search at all. */
export function Workspace({ query }: { query: Query }) {
  return (
    <Panel
      title="Who are you there?"
      actions={
        query.data && (
          <Button size="xs" variant="default" onClick={() => query.refetch()}>
            Ask again
          </Button>
        )
      }
    >
      <Loaded query={query} what="Asking the workspace who you are">
        {(workspace) => (
          <Stack gap="sm">
            <Facts
              of={[
                ["Workspace", workspace.host],
                ["Identity", workspace.identity && identityWords(workspace.identity)],
                [
                  "Endpoints",
                  workspace.status === "ready"
                    ? workspace.endpoints.length === 0
                      ? "none yet"
                      : workspace.endpoints.map((one) => `${one.name} (${one.state})`).join(", ")
                    : null,
                ],
              ]}
            />
            <ul className={classes.checks} aria-label="Rights">
              <li className={classes.check} data-status={workspace.status}>
                <CheckIcon status={workspace.status} />
                <div className={classes.words}>
                  Vector search of this workspace
                  {workspace.detail !== "" && <p>{workspace.detail}</p>}
                  {workspace.remedy !== "" && (
                    <p className={classes.remedy}>What to do: {workspace.remedy}</p>
                  )}
                </div>
                <StatusBadge
                  status={workspace.status}
                  {...(workspace.status === "ready" && { word: "May be used" })}
                />
              </li>
            </ul>
            {workspace.status !== "ready" && (
              <Text size="sm">
                <Link to="/models">Models & keys</Link> keeps the group's DATABRICKS_TOKEN.
              </Text>
            )}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}
