import { Badge, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { RecordUse } from "@/features/runs/model/payloads";

const TYPES: Record<string, string> = {
  short_term: "short-term",
  long_term: "long-term",
  entity: "entity",
  document: "document",
};

/** One record that was used or kept, and the way to it. */
export function RecordLine({ record }: { record: RecordUse }) {
  const { type, id, rank, score, excerpt, source, merged } = record;
  const facts = [
    ...(rank === undefined ? [] : [`rank ${rank}`]),
    ...(score === undefined ? [] : [`score ${score.toFixed(2)}`]),
    ...(source === undefined ? [] : [`from ${source}`]),
    ...(merged ? ["into a record that was there"] : []),
  ];
  return (
    <div>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Badge variant="default" tt="none" fw={500} w={88} style={{ flex: "none" }}>
          {TYPES[type] ?? type}
        </Badge>
        <div style={{ minWidth: 0 }}>
          <Text lineClamp={2} component="div">
            <Link to="/memory" search={{ record: `${type}/${id}` } as never}>
              {excerpt ?? "Open the record"}
            </Link>
          </Text>
          {facts.length > 0 && (
            <Text size="xs" c="dimmed" className="tabular" style={{ overflowWrap: "anywhere" }}>
              {facts.join(" · ")}
            </Text>
          )}
        </div>
      </Group>
    </div>
  );
}
