import { Code, Stack, Text } from "@mantine/core";
import classes from "@/components/approval/Decision.module.css";
import { type Approval, shownText } from "@/components/approval/words";
import { JsonView } from "@/components/JsonView";
import { Markdown } from "@/components/Markdown";

/** What is decided about, by what kind of question it is. */
export function Shown({ approval }: { approval: Approval }) {
  if (approval.kind === "task_before") return <Plan approval={approval} />;
  if (approval.kind === "task_after") return <Answer approval={approval} />;
  if (approval.kind === "tool") return <Call approval={approval} />;
  return <Values values={approval.shown} />;
}

function Plan({ approval }: { approval: Approval }) {
  const reads = approval.shown.reads;
  return (
    <Stack gap="sm">
      <Part name="Description" text={shownText(approval, "description")} />
      <Part name="Expected" text={shownText(approval, "expected_output")} />
      {typeof reads === "object" && reads !== null && Object.keys(reads).length > 0 && (
        <div>
          <Text size="xs" c="dimmed">
            What it reads
          </Text>
          <Values values={reads as Record<string, unknown>} />
        </div>
      )}
    </Stack>
  );
}

function Part({ name, text }: { name: string; text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <div className={classes.text}>{text}</div>
    </div>
  );
}

function Answer({ approval }: { approval: Approval }) {
  const json = approval.shown.output_json;
  if (json != null) return <JsonView value={json} />;
  return <Markdown>{shownText(approval, "output") ?? "(an empty answer)"}</Markdown>;
}

function Call({ approval }: { approval: Approval }) {
  return (
    <Stack gap="xs">
      <div>
        <Code>{shownText(approval, "tool") ?? "a tool"}</Code>
      </div>
      <JsonView value={approval.shown.arguments} open={4} />
    </Stack>
  );
}

function Values({ values }: { values: Record<string, unknown> }) {
  return (
    <Stack gap="sm">
      {Object.entries(values).map(([name, value]) => (
        <div key={name}>
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          {typeof value === "string" ? <Markdown>{value}</Markdown> : <JsonView value={value} />}
        </div>
      ))}
    </Stack>
  );
}
