import {
  Button,
  Group,
  SegmentedControl,
  Slider,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import { $api } from "@/api/client";
import { fieldErrors } from "@/api/problem";
import type { Schema } from "@/api/types";
import { ErrorCard } from "@/components/ErrorCard";
import { Panel } from "@/components/Panel";
import { CrewSelect } from "@/features/memory/CrewSelect";

export type ForgetOrder = Schema<"ForgetRequest">;
type Reason = "subject" | "query" | "execution_id" | "source";

const REASONS: { value: Reason; label: string }[] = [
  { value: "subject", label: "Name or text" },
  { value: "query", label: "Meaning" },
  { value: "execution_id", label: "Run" },
  { value: "source", label: "Document" },
];

const FIELDS: Record<Reason, { label: string; description: string; placeholder: string }> = {
  subject: {
    label: "Whatever mentions",
    description: "Letters and spaces are compared loosely; at least three letters",
    placeholder: "Ada Lovelace",
  },
  query: {
    label: "Whatever says nearly this",
    description: "Only records go, not words in what runs have written",
    placeholder: "The customer's private address",
  },
  execution_id: {
    label: "Id of the run",
    description: "What it left behind goes, and the run itself",
    placeholder: "01a20178-1cb4-7463-880f-4084df6222ac",
  },
  source: {
    label: "Title or file name",
    description: "The document goes with all its passages",
    placeholder: "handbook.pdf",
  },
};

interface Props {
  onStarted: (jobId: string, order: ForgetOrder) => void;
}

/** Says what is to be forgotten; the first press only looks. */
export function ForgetForm({ onStarted }: Props) {
  const [reason, setReason] = useState<Reason>("subject");
  const [text, setText] = useState("");
  const [similarity, setSimilarity] = useState(80);
  const [crew, setCrew] = useState<string>();
  const start = $api.useMutation("post", "/api/v1/memory/forget");
  const errors = fieldErrors(start.error);
  const field = FIELDS[reason];

  function submit(event: React.SyntheticEvent) {
    event.preventDefault();
    const order: ForgetOrder = {
      [reason]: text.trim(),
      min_similarity: similarity / 100,
      dry_run: true,
      ...(crew === undefined ? {} : { crew_id: crew }),
    };
    start.mutate({ body: order }, { onSuccess: (job) => onStarted(job.id, order) });
  }

  const input = {
    ...field,
    value: text,
    error: errors[reason],
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      setText(event.currentTarget.value),
  };
  return (
    <Panel>
      <form onSubmit={submit}>
        <Stack gap="md" maw={640}>
          <SegmentedControl
            aria-label="What is to be forgotten"
            data={REASONS}
            value={reason}
            onChange={(value) => {
              setReason(value);
              setText("");
              start.reset();
            }}
          />
          {reason === "query" ? (
            <Textarea autosize minRows={2} {...input} />
          ) : (
            <TextInput {...input} />
          )}
          {reason === "query" && (
            <div>
              <Text size="sm" mb={4} id="how-near">
                At least {similarity} % alike
              </Text>
              <Slider
                min={50}
                max={100}
                value={similarity}
                onChange={setSimilarity}
                label={(value) => `${value} %`}
                thumbLabel="How much alike"
              />
            </div>
          )}
          <CrewSelect
            label="In the memory of"
            placeholder="All crews"
            value={crew}
            onChange={setCrew}
            error={errors.crew_id}
          />
          {start.error !== null && <ErrorCard error={start.error} />}
          <Group>
            <Button type="submit" loading={start.isPending} disabled={text.trim() === ""}>
              See what would go
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
