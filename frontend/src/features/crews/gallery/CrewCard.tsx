import { ActionIcon, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import type { Schema } from "@/api/types";
import { RelativeTime } from "@/components/RelativeTime";
import { CrewMenu } from "@/features/crews/CrewMenu";
import classes from "@/features/crews/gallery/Gallery.module.css";

export function CrewCard({ crew }: { crew: Schema<"CrewSummary"> }) {
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
      <Text size="xs" c="dimmed">
        v{crew.current_version} · changed <RelativeTime at={crew.updated_at} />
      </Text>
    </article>
  );
}
