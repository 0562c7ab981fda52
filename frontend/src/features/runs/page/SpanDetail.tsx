import { ActionIcon, Code, Group, Stack, Text, Title } from "@mantine/core";
import { X } from "lucide-react";
import { CopyButton } from "@/components/CopyButton";
import { JsonView } from "@/components/JsonView";
import { lastOf, numberIn, saidIn, type Span, textIn, usageOf } from "@/features/runs/model/spans";
import { RecordLine } from "@/features/runs/page/RecordLine";
import { SpanIcon, kindWord } from "@/features/runs/page/SpanIcon";
import classes from "@/features/runs/page/Trace.module.css";
import { readArguments, readMessages, readRecords } from "@/features/runs/model/payloads";
import { formatDuration, formatExact, formatNumber, formatUsd } from "@/lib/format";

/** One span: what went in, what came out, what it took. */
export function SpanDetail({ span, onClose }: { span: Span; onClose: () => void }) {
  return (
    <section className={classes.detail} aria-label={`${kindWord(span.kind)} ${span.name}`}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <SpanIcon kind={span.kind} className={classes.icon} />
            <Title order={2} size="sm">
              {span.name}
            </Title>
          </Group>
          <ActionIcon variant="subtle" color="gray" onClick={onClose} aria-label="Close the detail">
            <X size={16} aria-hidden />
          </ActionIcon>
        </Group>
        <Figures span={span} />
        <Body span={span} />
      </Stack>
    </section>
  );
}

function Figures({ span }: { span: Span }) {
  const { tokens, usd } = usageOf(span);
  const done = lastOf(span, "llm_call_completed");
  const parts = [
    span.endMs === undefined ? "running" : formatDuration(span.endMs - span.startMs),
    ...(done === undefined
      ? []
      : [
          `${formatNumber(numberIn(done, "prompt_tokens") ?? 0)} tokens in, ` +
            `${formatNumber(numberIn(done, "completion_tokens") ?? 0)} out`,
        ]),
    ...(done === undefined && tokens > 0 ? [`${formatNumber(tokens)} tokens`] : []),
    ...(usd === undefined ? [] : [formatUsd(usd)]),
    ...(span.agent === undefined ? [] : [`by ${span.agent}`]),
    ...(span.task === undefined ? [] : [`in task ${span.task}`]),
    `at ${formatExact(span.startMs)}`,
  ];
  return (
    <Text size="xs" c="dimmed" className="tabular">
      {parts.join(" · ")}
    </Text>
  );
}

function Body({ span }: { span: Span }) {
  if (span.kind === "llm") return <ModelCall span={span} />;
  if (span.kind === "tool") return <ToolCall span={span} />;
  if (span.kind === "memory" || span.kind === "knowledge") return <Memory span={span} />;
  const last = span.events.at(-1);
  const output = textIn(last, "output");
  if (output !== undefined) return <Part title="Output" text={output} />;
  return <JsonView value={last?.data ?? {}} open={3} />;
}

function ModelCall({ span }: { span: Span }) {
  const messages = readMessages(lastOf(span, "llm_call_started"));
  const done = lastOf(span, "llm_call_completed");
  const failed = lastOf(span, "llm_call_failed");
  const answer = done?.data.answer as { text?: unknown; tool_calls?: unknown } | undefined;
  const said = typeof answer?.text === "string" && answer.text !== "" ? answer.text : saidIn(span);
  return (
    <>
      {failed !== undefined && (
        <Part
          title="Why it failed"
          text={textIn(failed, "message") ?? JSON.stringify(failed.data)}
        />
      )}
      {said !== "" && <Part title={done === undefined ? "Answer so far" : "Answer"} text={said} />}
      {answer?.tool_calls !== undefined && (
        <div>
          <PartTitle title="Asked for tools" />
          <AskedTools calls={readArguments(answer.tool_calls)} />
        </div>
      )}
      {messages.map(({ role, text }, index) => (
        <Part key={`${role} ${index}`} title={`Prompt: ${role}`} text={text} />
      ))}
    </>
  );
}

/** Each by its name; as they came where they are no list of calls. */
function AskedTools({ calls }: { calls: unknown }) {
  if (!Array.isArray(calls)) return <JsonView value={calls} open={3} />;
  return calls.map((call: { name?: unknown; arguments?: unknown } | null, index) =>
    typeof call?.name === "string" ? (
      <div key={index}>
        <Code>{call.name}</Code>
        <JsonView value={call.arguments ?? {}} open={3} />
      </div>
    ) : (
      <JsonView key={index} value={call} open={3} />
    ),
  );
}

function ToolCall({ span }: { span: Span }) {
  const begun = lastOf(span, "tool_started");
  const last = span.events.at(-1);
  const result = last?.data.result;
  return (
    <>
      <div>
        <PartTitle title="Arguments" />
        <JsonView value={begun?.data.arguments ?? last?.data.arguments ?? {}} open={3} />
      </div>
      {typeof result === "string" && (
        <Part
          title={last?.data.truncated === true ? "Result, shortened" : "Result"}
          text={result}
        />
      )}
      {result !== undefined && typeof result !== "string" && (
        <div>
          <PartTitle title="Result" />
          <JsonView value={result} open={3} />
        </div>
      )}
      {span.state === "failed" && <JsonView value={last?.data ?? {}} open={3} />}
    </>
  );
}

function Memory({ span }: { span: Span }) {
  const last = span.events.at(-1);
  const query = textIn(last, "query");
  const records = readRecords(last);
  return (
    <>
      {query !== undefined && <Part title="Looked for" text={query} />}
      {records.map((record) => (
        <RecordLine key={`${record.type}/${record.id}`} record={record} />
      ))}
      {records.length === 0 && <JsonView value={last?.data ?? {}} open={3} />}
    </>
  );
}

function PartTitle({ title }: { title: string }) {
  return (
    <Text size="xs" fw={600} mb={4}>
      {title}
    </Text>
  );
}

function Part({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <Group justify="space-between">
        <PartTitle title={title} />
        <CopyButton value={text} label={`Copy: ${title}`} />
      </Group>
      <pre className={classes.message}>{text}</pre>
    </div>
  );
}
