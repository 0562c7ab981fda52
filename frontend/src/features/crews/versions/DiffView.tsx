import { Stack, Text } from "@mantine/core";
import { $api } from "@/api/client";
import { Loaded } from "@/components/Loaded";
import { type Told, toldChanges } from "@/features/crews/versions/describe";
import classes from "@/features/crews/versions/Versions.module.css";

interface Props {
  crewId: string;
  from: number;
  to: number;
}

/** What changed between two versions, in the words of the canvas. */
export function DiffView({ crewId, from, to }: Props) {
  const diff = $api.useQuery(
    "get",
    "/api/v1/crews/{id}/diff",
    { params: { path: { id: crewId }, query: { from, to } } },
    { enabled: from >= 1 && from !== to },
  );
  if (from < 1) {
    return (
      <Text size="sm" c="dimmed">
        Nothing was before it.
      </Text>
    );
  }
  return (
    <Loaded query={diff} what="Comparing the versions">
      {({ changes }) => <Changes told={toldChanges(changes)} />}
    </Loaded>
  );
}

function Changes({ told }: { told: Told[] }) {
  if (told.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        They are the same.
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      {told.map(({ about, lines }) => (
        <section key={about} aria-label={about}>
          <Text size="sm" fw={600}>
            {about}
          </Text>
          {lines.map((line) => (
            <div key={`${line.what} ${line.before ?? ""}`} className={classes.change}>
              <Text size="xs" c="dimmed">
                {line.what}
              </Text>
              {line.before !== undefined && <del className={classes.before}>{line.before}</del>}
              {line.after !== undefined && <ins className={classes.after}>{line.after}</ins>}
            </div>
          ))}
        </section>
      ))}
    </Stack>
  );
}
