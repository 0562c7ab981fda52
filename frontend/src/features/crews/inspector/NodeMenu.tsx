import { ActionIcon, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { BookTemplate, Copy, Ellipsis, Trash2 } from "lucide-react";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useStale } from "@/api/queries";
import { useActions } from "@/features/crews/canvas/useActions";
import { useEditing } from "@/features/crews/drawing";
import { type Agent, nameOf, type Task } from "@/features/crews/model/graph";

export function NodeMenu({ node }: { node: Agent | Task }) {
  const { mayEdit } = useEditing();
  const actions = useActions();
  const stale = useStale();
  if (!mayEdit) return null;

  async function saveAsTemplate() {
    const name = nameOf(node).slice(0, 200);
    const body = { name, config: node.config } as never;
    try {
      await (node.kind === "agent"
        ? api.POST("/api/v1/agents", { body })
        : api.POST("/api/v1/tasks", { body }));
      await stale(`/api/v1/${node.kind}s`);
      notifications.show({ title: "Saved as a template", message: name });
    } catch (error) {
      const problem = asProblem(error);
      const said = problem.errors.map(({ message }) => message).join("; ");
      notifications.show({
        color: "red",
        title: "No template was saved",
        message: said === "" ? problem.detail : said,
      });
    }
  }

  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions of this ${node.kind}`}>
          <Ellipsis size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Copy size={14} aria-hidden />} onClick={actions.duplicate}>
          Duplicate
        </Menu.Item>
        <Menu.Item
          leftSection={<BookTemplate size={14} aria-hidden />}
          onClick={() => void saveAsTemplate()}
        >
          Save as a template
        </Menu.Item>
        <Menu.Item
          c="var(--kasal-bad)"
          leftSection={<Trash2 size={14} aria-hidden />}
          onClick={actions.remove}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
