import { ActionIcon, Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { Ellipsis, Play } from "lucide-react";
import type { Schema } from "@/api/types";
import { RelativeTime } from "@/components/RelativeTime";
import { CrewMenu } from "@/features/crews/CrewMenu";
import { LazyRunDialog } from "@/features/crews/LazyRunDialog";
import classes from "@/features/crews/gallery/Gallery.module.css";

export function CrewCard({ crew }: { crew: Schema<"CrewSummary"> }) {
  const [running, dialog] = useDisclosure(false);
  return (
    <article className={classes.card}>
      <div className={classes.head}>
        <Link to="/crews/$id" params={{ id: crew.id }} className={classes.name ?? ""}>
          {crew.name}
        </Link>
        <CrewMenu crew={crew}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            className={classes.menu ?? ""}
            aria-label={`Actions of ${crew.name}`}
          >
            <Ellipsis size={16} aria-hidden />
          </ActionIcon>
        </CrewMenu>
      </div>
      <Text size="sm" c="dimmed" lineClamp={3} className={classes.about ?? ""}>
        {crew.description === "" ? "No description yet" : crew.description}
      </Text>
      <div className={classes.foot}>
        <Text size="xs" c="dimmed">
          v{crew.current_version} · changed <RelativeTime at={crew.updated_at} />
        </Text>
        <Button
          variant="light"
          size="compact-sm"
          className={classes.menu ?? ""}
          leftSection={<Play size={14} aria-hidden />}
          aria-label={`Run ${crew.name}`}
          onClick={dialog.open}
        >
          Run
        </Button>
      </div>
      {running && <LazyRunDialog crewId={crew.id} name={crew.name} onClose={dialog.close} />}
    </article>
  );
}
