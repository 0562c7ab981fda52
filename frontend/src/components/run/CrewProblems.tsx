import { Alert, Code, List } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import type { Schema } from "@/api/types";

/** Why a crew would be refused. */
export function CrewProblems({ problems }: { problems: Schema<"FieldProblem">[] }) {
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<TriangleAlert size={18} aria-hidden />}
      title="This crew cannot run yet"
    >
      <List size="sm">
        {problems.map(({ pointer, message }) => (
          <List.Item key={`${pointer} ${message}`}>
            {message} <Code>{pointer}</Code>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
