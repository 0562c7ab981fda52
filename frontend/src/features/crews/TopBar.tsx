import { ActionIcon, Badge, Button, Group, Text, Title, Tooltip } from "@mantine/core";
import { useDocumentTitle, useHotkeys } from "@mantine/hooks";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Code, Ellipsis, History, Save } from "lucide-react";
import type { Schema } from "@/api/types";
import { CrewMenu } from "@/features/crews/CrewMenu";
import { useEditing } from "@/features/crews/drawing";
import classes from "@/features/crews/Editor.module.css";
import type { PanelName } from "@/features/crews/search";
import type { Saving } from "@/features/crews/useSave";

const route = getRouteApi("/crews/$id");

interface Props {
  crew: Schema<"CrewRead">;
  save: Saving;
  dirty: boolean;
  /** What runs it. */
  children: React.ReactNode;
}

export function TopBar({ crew, save, dirty, children }: Props) {
  const { store, mayEdit } = useEditing();
  const name = store((state) => state.graph.name);
  const number = store((state) => state.base.number);
  const navigate = route.useNavigate();
  useDocumentTitle(`${dirty ? "• " : ""}${name} · Kasal`);
  useHotkeys([["mod+S", () => void save.save()]], []);
  const open = (panel: PanelName) => void navigate({ search: (before) => ({ ...before, panel }) });
  return (
    <header className={classes.bar}>
      <div className={classes.words}>
        <Link to="/crews" className={classes.parent ?? ""}>
          Crews
        </Link>
        <Text c="dimmed" aria-hidden className={classes.parent ?? ""}>
          /
        </Text>
        <Title order={1} size="h4" className={classes.name ?? ""} title={name}>
          {name === "" ? "Crew without a name" : name}
        </Title>
        <Tooltip label="All versions">
          <Badge
            component="button"
            variant="default"
            tt="none"
            style={{ cursor: "pointer" }}
            aria-label={`v${number}, open the history`}
            onClick={() => open("history")}
          >
            v{number}
          </Badge>
        </Tooltip>
        {dirty && <span className={classes.unsaved}>Not saved</span>}
      </div>
      <Group gap="xs" wrap="nowrap">
        <Tooltip label="As curl, Python, kasal">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label="API"
            onClick={() => open("api")}
          >
            <Code size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="History">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label="History"
            onClick={() => open("history")}
          >
            <History size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <CrewMenu crew={crew}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="More of this crew">
            <Ellipsis size={16} aria-hidden />
          </ActionIcon>
        </CrewMenu>
        {mayEdit && (
          <Button
            variant="default"
            disabled={!dirty}
            loading={save.isSaving}
            leftSection={<Save size={14} aria-hidden />}
            onClick={() => void save.save()}
          >
            Save
          </Button>
        )}
        {children}
      </Group>
    </header>
  );
}
