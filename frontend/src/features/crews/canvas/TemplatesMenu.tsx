import { Button, Menu, Text } from "@mantine/core";
import { BookTemplate } from "lucide-react";
import { useState } from "react";
import { useActions } from "@/features/crews/canvas/useActions";
import type { Config } from "@/features/crews/model/graph";
import { type Templates, useTemplates } from "@/features/crews/useTemplates";

/** Agents and tasks to begin with: the group's own, and those of the examples. */
export function TemplatesMenu() {
  const actions = useActions();
  const [isWanted, setWanted] = useState(false);
  const templates = useTemplates(isWanted);
  const isReading = isWanted && templates.isPending;
  return (
    // Opens when its items are there: an empty one has nothing that takes the focus.
    <Menu
      opened={isWanted && !isReading}
      onChange={setWanted}
      position="top-start"
      withinPortal
      width={320}
    >
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<BookTemplate size={14} aria-hidden />}
        >
          {isReading ? "Reading the templates" : "Templates"}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        <Choices
          {...templates}
          onAgent={(config) => actions.addAgent(config)}
          onTask={(config) => actions.addTask(config)}
        />
      </Menu.Dropdown>
    </Menu>
  );
}

interface ChoicesProps extends Templates {
  onAgent: (config: Config) => void;
  onTask: (config: Config) => void;
}

function Choices({ agents, tasks, retry, onAgent, onTask }: ChoicesProps) {
  const groups = [
    { label: "Agents", templates: agents, choose: onAgent },
    { label: "Tasks", templates: tasks, choose: onTask },
  ];
  if (retry !== undefined)
    return (
      <Menu.Item closeMenuOnClick={false} onClick={retry}>
        The templates could not be read. Try again
      </Menu.Item>
    );
  return groups.map(({ label, templates, choose }) => (
    <div key={label}>
      <Menu.Label>{label}</Menu.Label>
      {templates.length === 0 && (
        <Menu.Item disabled>
          <Text size="xs">None yet. Save a node as a template in its panel.</Text>
        </Menu.Item>
      )}
      {templates.map((template) => (
        <Menu.Item key={template.id} onClick={() => choose(template.config)}>
          <Text size="sm" fw={500}>
            {template.name}
          </Text>
          <Text size="xs" lineClamp={1}>
            {template.about}
          </Text>
        </Menu.Item>
      ))}
    </div>
  ));
}
