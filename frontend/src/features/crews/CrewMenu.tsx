import { Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { Copy, FileDown, Trash2 } from "lucide-react";
import { api } from "@/api/client";
import { useMay } from "@/api/me";
import { asProblem } from "@/api/problem";
import { useStale } from "@/api/queries";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { duplicateCrew, exportCrew, type ExportFormat } from "@/features/crews/crewFiles";
import { forget } from "@/features/crews/store";

interface Props {
  crew: { id: string; name: string };
  /** The button that opens it. */
  children: React.ReactNode;
}

const FORMATS: { format: ExportFormat; label: string }[] = [
  { format: "yaml", label: "Export as YAML" },
  { format: "json", label: "Export as JSON" },
];

/** What can be done with a whole crew. */
export function CrewMenu({ crew, children }: Props) {
  const mayEdit = useMay("editor");
  const navigate = useNavigate();
  const stale = useStale();
  const [asking, question] = useDisclosure(false);

  async function duplicate() {
    const copy = await duplicateCrew(crew.id);
    await stale("/api/v1/crews");
    await navigate({ to: "/crews/$id", params: { id: copy.id } });
  }

  async function remove() {
    await api.DELETE("/api/v1/crews/{id}", { params: { path: { id: crew.id } } });
    forget(crew.id);
    await navigate({ to: "/crews" });
    await stale("/api/v1/crews");
    notifications.show({ title: "Deleted", message: crew.name });
  }

  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>{children}</Menu.Target>
        <Menu.Dropdown>
          {FORMATS.map(({ format, label }) => (
            <Menu.Item
              key={format}
              leftSection={<FileDown size={14} aria-hidden />}
              onClick={() => void told("It could not be exported", exportCrew(crew, format))}
            >
              {label}
            </Menu.Item>
          ))}
          {mayEdit && (
            <>
              <Menu.Item
                leftSection={<Copy size={14} aria-hidden />}
                onClick={() => void told("It could not be duplicated", duplicate())}
              >
                Duplicate
              </Menu.Item>
              <Menu.Item
                c="var(--kasal-bad)"
                leftSection={<Trash2 size={14} aria-hidden />}
                onClick={question.open}
              >
                Delete
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asking}
        onClose={question.close}
        title={`Delete ${crew.name}?`}
        consequence="The crew goes with all its versions and cannot be brought back. Its runs and what it remembers stay."
        confirm="Delete"
        onConfirm={remove}
      />
    </>
  );
}

async function told(title: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    notifications.show({ color: "red", title, message: asProblem(error).detail });
  }
}
