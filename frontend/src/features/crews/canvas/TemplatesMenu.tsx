import { Button, Menu, Text } from "@mantine/core";
import { BookTemplate } from "lucide-react";
import { useActions } from "@/features/crews/canvas/useActions";
import { useTemplates } from "@/features/crews/useTemplates";

/** Agents and tasks to begin with: the group's own, and those of the examples. */
export function TemplatesMenu() {
  const actions = useActions();
  return (
    <Menu position="top-start" withinPortal width={320}>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<BookTemplate size={14} aria-hidden />}
        >
          Templates
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        <Choices
          onAgent={(config) => actions.addAgent(config)}
          onTask={(config) => actions.addTask(config)}
        />
      </Menu.Dropdown>
    </Menu>
  );
}

interface ChoicesProps {
  onAgent: (config: Record<string, unknown>) => void;
  onTask: (config: Record<string, unknown>) => void;
}

function Choices({ onAgent, onTask }: ChoicesProps) {
  const { agents, tasks, isPending, retry } = useTemplates();
  const groups = [
    { label: "Agents", templates: agents, choose: onAgent },
    { label: "Tasks", templates: tasks, choose: onTask },
  ];
  // An item and no label, here and below: a menu without items tells a screen reader nothing.
  if (isPending) return <Menu.Item disabled>Reading the templates</Menu.Item>;
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
          <Text size="sm">{template.name}</Text>
          <Text size="xs" c="dimmed" lineClamp={1}>
            {template.about}
          </Text>
        </Menu.Item>
      ))}
    </div>
  ));
}
