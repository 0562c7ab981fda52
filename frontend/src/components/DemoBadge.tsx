import { Badge, Tooltip } from "@mantine/core";
import { FlaskConical } from "lucide-react";

/** Wherever the demo model works: no language model runs, and what it writes is a sample. */
export function DemoBadge() {
  return (
    <Tooltip label="No language model runs: the answer is a sample of how a run looks">
      <Badge
        variant="outline"
        color="gray"
        tt="none"
        fw={500}
        leftSection={<FlaskConical size={12} aria-hidden />}
      >
        demo model
      </Badge>
    </Tooltip>
  );
}
