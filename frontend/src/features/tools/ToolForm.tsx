import { Button, Group, Radio, Stack, Switch, Text } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { $api } from "@/api/client";
import { fieldErrors } from "@/api/problem";
import { useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { FormFor } from "@/components/FormFor";
import { SaveProblem } from "@/components/SaveProblem";
import { EFFECTS, effectOf } from "@/features/tools/effects";
import { changesOf, type FieldValue, fieldsOf } from "@/features/tools/schemaForm";
import { SchemaFields } from "@/features/tools/SchemaFields";

export type Tool = Schema<"ToolRead">;

interface Props {
  tool: Tool;
  onClose: () => void;
}

/** What the group makes of a tool of the catalogue. */
export function ToolForm({ tool, onClose }: Props) {
  const stale = useStale();
  const [enabled, setEnabled] = useState(tool.enabled);
  const [asks, setAsks] = useState(tool.side_effect === "ask");
  const [values, setValues] = useState<Record<string, FieldValue>>({});
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set());
  const [unread, setUnread] = useState<Record<string, string>>({});
  const change = $api.useMutation("patch", "/api/v1/tools/{id}");
  const fields = fieldsOf(tool.config_schema, tool.config);

  function save(anyVersion = false) {
    const { config, problems } = changesOf(fields, values, removed);
    setUnread(problems);
    if (Object.keys(problems).length > 0) return;
    change.mutate(
      {
        params: {
          path: { id: tool.id },
          header: anyVersion ? {} : { "if-match": String(tool.version) },
        },
        body: {
          ...(enabled !== tool.enabled && { enabled }),
          ...(asks !== (tool.side_effect === "ask") && { side_effect: asks ? "ask" : null }),
          ...(Object.keys(config).length > 0 && { config }),
        },
      },
      {
        onSuccess: () => {
          void stale("/api/v1/tools");
          onClose();
        },
      },
    );
  }

  async function showTheirs() {
    await stale("/api/v1/tools");
    onClose();
  }

  const refused = fieldErrors(change.error, "/config");
  return (
    <form
      onSubmit={(event: SyntheticEvent) => {
        event.preventDefault();
        save();
      }}
    >
      <Stack gap="md">
        <Text c="dimmed">{tool.description}</Text>
        <FormFor
          who="admin"
          buttons={
            <Group justify="flex-end">
              <Button type="submit" loading={change.isPending}>
                Save
              </Button>
            </Group>
          }
        >
          <Switch
            label="Agents of this group may use it"
            description={tool.available ? undefined : "It is switched off for this installation"}
            disabled={!tool.available}
            checked={enabled}
            onChange={(event) => setEnabled(event.currentTarget.checked)}
          />
          <Radio.Group
            label="When an agent calls it"
            value={asks ? "ask" : "own"}
            onChange={(value) => setAsks(value === "ask")}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="own" {...ownEffect(tool)} />
              <Radio
                value="ask"
                label={effectOf("ask").label}
                description={effectOf("ask").means}
              />
            </Stack>
          </Radio.Group>
          <SchemaFields
            fields={fields}
            values={values}
            removed={removed}
            errors={{ ...refused, ...unread }}
            onChange={(name, value) => setValues({ ...values, [name]: value })}
            onRemove={(name) => setRemoved(new Set([...removed, name]))}
          />
          <SaveProblem
            error={change.error}
            onTheirs={() => void showTheirs()}
            onMine={() => save(true)}
          />
        </FormFor>
      </Stack>
    </form>
  );
}

function ownEffect(tool: Tool): { label: string; description: string } {
  const known = tool.side_effect === "ask" ? undefined : EFFECTS[tool.side_effect];
  return known === undefined
    ? { label: "As the catalogue says", description: "Called without asking, as the tool allows." }
    : { label: known.label, description: known.means };
}
