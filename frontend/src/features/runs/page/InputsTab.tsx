import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Schema } from "@/api/types";
import { JsonView } from "@/components/JsonView";
import { Loading } from "@/components/Loading";
import type { Run } from "@/features/runs/model/live";

interface Props {
  run: Run;
  plan: Schema<"ExecutionPlanRead"> | undefined;
}

/** What a run was given, and what it was told to do with it. */
export function InputsTab({ run, plan }: Props) {
  const models = run.models ?? [];
  return (
    <Stack gap="lg">
      <section aria-label="Inputs">
        <Title order={2} size="h4" mb="xs">
          Inputs
        </Title>
        {Object.keys(run.inputs).length === 0 ? (
          <Text c="dimmed">It was given none.</Text>
        ) : (
          <JsonView value={run.inputs} open={2} />
        )}
      </section>
      <section aria-label="What ran">
        <Title order={2} size="h4" mb="xs">
          What ran
        </Title>
        <Group gap="xs">
          {run.crew_id !== null && (
            <Link to="/crews/$id" params={{ id: run.crew_id }}>
              {run.crew_name} v{run.crew_version}
            </Link>
          )}
          {models.map(({ key }) => (
            <Badge key={key} variant="default" tt="none" fw={500}>
              {key}
            </Badge>
          ))}
          {plan?.budget?.max_usd != null && <Text size="sm">at most ${plan.budget.max_usd}</Text>}
          {plan?.budget?.max_tokens != null && (
            <Text size="sm">at most {plan.budget.max_tokens} tokens</Text>
          )}
        </Group>
      </section>
      {plan === undefined ? (
        <Loading what="Reading what it was told to do" />
      ) : (
        <Tasks plan={plan} />
      )}
    </Stack>
  );
}

function Tasks({ plan }: { plan: Schema<"ExecutionPlanRead"> }) {
  if (plan.flow !== null) return <JsonView value={plan.flow} open={2} />;
  return (
    <section aria-label="Tasks as they were given">
      <Title order={2} size="h4" mb="xs">
        Tasks, with the inputs filled in
      </Title>
      <Stack gap="md">
        {plan.tasks.map((task) => (
          <div key={task.key}>
            <Text fw={500}>{task.name}</Text>
            <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
              {task.description}
            </Text>
            <Text size="xs" c="dimmed" mt={4}>
              {[
                task.agent === null ? "the manager chooses who" : `by ${task.agent}`,
                `expected: ${task.expected_output}`,
                ...(task.tools.length > 0 ? [`tools: ${task.tools.join(", ")}`] : []),
                ...(task.approval === null ? [] : [`a person is asked ${task.approval} it`]),
              ].join(" · ")}
            </Text>
          </div>
        ))}
      </Stack>
    </section>
  );
}
