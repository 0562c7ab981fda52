import { Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { usePages } from "@/api/queries";
import type { Schema } from "@/api/types";
import { ErrorCard } from "@/components/ErrorCard";
import { LoadMore } from "@/components/LoadMore";
import { Loading } from "@/components/Loading";
import { RelativeTime } from "@/components/RelativeTime";
import type { DrawingStore } from "@/features/crews/store";
import { DiffView } from "@/features/crews/versions/DiffView";
import { RollbackButton } from "@/features/crews/versions/RollbackButton";
import classes from "@/features/crews/versions/Versions.module.css";

interface Props {
  crew: Schema<"CrewRead">;
  store: DrawingStore;
  opened: boolean;
  onClose: () => void;
}

/** Every version that was saved, what it changed, and the way back. */
export function VersionsDrawer({ crew, store, opened, onClose }: Props) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={520}
      title={`History of ${crew.name}`}
      closeButtonProps={{ "aria-label": "Close the history" }}
    >
      {opened && <Versions crew={crew} store={store} onDone={onClose} />}
    </Drawer>
  );
}

function Versions({ crew, store, onDone }: Pick<Props, "crew" | "store"> & { onDone: () => void }) {
  const pages = usePages("/api/v1/crews/{id}/versions", { place: { id: crew.id } });
  const newest = pages.items[0]?.number ?? crew.current_version;
  const [chosen, setChosen] = useState<number>();
  const open = chosen ?? newest;
  const [against, setAgainst] = useState<"before" | "now">("before");
  if (pages.isPending) return <Loading what="Reading the versions" />;
  if (pages.error != null) return <ErrorCard error={pages.error} onRetry={pages.retry} />;
  return (
    <Stack gap="xs" component="ol" className={classes.list ?? ""} aria-label="Versions">
      {pages.items.map((version) => {
        const isOpen = version.number === open;
        const isCurrent = version.number === newest;
        const other = against === "now" ? newest : version.number - 1;
        return (
          <li key={version.number} className={classes.version} data-open={isOpen}>
            <button
              type="button"
              className={classes.head}
              aria-expanded={isOpen}
              onClick={() => {
                setChosen(isOpen ? 0 : version.number);
                setAgainst("before");
              }}
            >
              <span className={classes.number}>v{version.number}</span>
              <span className={classes.words}>
                <span className={classes.note}>{noteOf(version)}</span>
                <Text size="xs" c="dimmed" component="span">
                  {version.created_by} · <RelativeTime at={version.created_at} />
                  {isCurrent && " · current"}
                </Text>
              </span>
            </button>
            {isOpen && (
              <div className={classes.body}>
                {!isCurrent && (
                  <Group gap="xs" mb="sm">
                    <Button
                      size="compact-xs"
                      variant={against === "before" ? "light" : "default"}
                      aria-pressed={against === "before"}
                      onClick={() => setAgainst("before")}
                    >
                      What it changed
                    </Button>
                    <Button
                      size="compact-xs"
                      variant={against === "now" ? "light" : "default"}
                      aria-pressed={against === "now"}
                      onClick={() => setAgainst("now")}
                    >
                      Since then
                    </Button>
                    <RollbackButton
                      crew={crew}
                      store={store}
                      number={version.number}
                      onDone={onDone}
                    />
                  </Group>
                )}
                <DiffView
                  crewId={crew.id}
                  from={Math.min(version.number, other)}
                  to={Math.max(version.number, other)}
                />
              </div>
            )}
          </li>
        );
      })}
      <LoadMore pages={pages} />
    </Stack>
  );
}

function noteOf({ note, number }: Schema<"VersionSummary">): string {
  if (note !== "") return note;
  return number === 1 ? "First version" : `Version ${number}`;
}
