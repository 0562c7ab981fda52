import { Button } from "@mantine/core";
import { UserPlus } from "lucide-react";
import { EmptyState } from "@/components/EmptyState";
import classes from "@/features/crews/canvas/Canvas.module.css";
import { useActions } from "@/features/crews/canvas/useActions";

export function EmptyCanvas() {
  const { addAgent } = useActions();
  return (
    <div className={classes.empty}>
      <EmptyState
        icon={UserPlus}
        title="Who does the work?"
        action={<Button onClick={() => addAgent()}>Add the first agent</Button>}
      >
        Begin with an agent, then add the tasks it does. Or paste the YAML of a CrewAI project here.
      </EmptyState>
    </div>
  );
}
