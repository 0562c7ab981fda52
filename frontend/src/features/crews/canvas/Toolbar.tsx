import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { LayoutGrid, type LucideIcon, Plus, Redo2, Trash2, Undo2 } from "lucide-react";
import classes from "@/features/crews/canvas/Canvas.module.css";
import { useActions } from "@/features/crews/canvas/useActions";
import { useEditing } from "@/features/crews/drawing";
import { useHistory } from "@/features/crews/store";
import { TemplatesMenu } from "@/features/crews/canvas/TemplatesMenu";

/** The tools of the canvas; each has a key, and stands in the palette. */
export function Toolbar() {
  const { store } = useEditing();
  const actions = useActions();
  const { canUndo, canRedo } = useHistory(store);
  const chosen = store((state) => state.selected.length);
  return (
    <div className={classes.bar} role="toolbar" aria-label="Canvas tools">
      <Tool label="Add an agent (A)">
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => actions.addAgent()}
        >
          Agent
        </Button>
      </Tool>
      <Tool label="Add a task (T)">
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => actions.addTask()}
        >
          Task
        </Button>
      </Tool>
      <TemplatesMenu />
      <span className={classes.divider} />
      <IconTool icon={LayoutGrid} label="Tidy up (Shift+L)" onClick={actions.tidy} />
      <IconTool icon={Undo2} label="Undo (Ctrl+Z)" onClick={actions.undo} disabled={!canUndo} />
      <IconTool
        icon={Redo2}
        label="Redo (Ctrl+Shift+Z)"
        onClick={actions.redo}
        disabled={!canRedo}
      />
      <IconTool
        icon={Trash2}
        label="Delete what is chosen (Del)"
        onClick={actions.remove}
        disabled={chosen === 0}
      />
    </div>
  );
}

function Tool({ label, children }: { label: string; children: React.ReactElement }) {
  return <Tooltip label={label}>{children}</Tooltip>;
}

interface IconToolProps {
  icon: LucideIcon;
  label: string;
  onClick: () => void;
  disabled?: boolean;
}

function IconTool({ icon: Icon, label, onClick, disabled = false }: IconToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={onClick}
        disabled={disabled}
      >
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
