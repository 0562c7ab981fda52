import { Button, Group, Radio, Stack, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { $api } from "@/api/client";
import { fieldErrors } from "@/api/problem";
import { useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { FormFor } from "@/components/FormFor";
import { SaveProblem } from "@/components/SaveProblem";
import { EFFECTS } from "@/features/tools/effects";
import { headersOf } from "@/features/tools/headers";

export type Server = Schema<"McpServerRead">;

interface Props {
  /** None for a new one. */
  server: Server | undefined;
  /** With the id of what was saved; none after deleting it. */
  onDone: (id: string | undefined) => void;
}

interface Values {
  name: string;
  url: string;
  enabled: boolean;
  side_effect: Schema<"McpServerCreate">["side_effect"];
  headers: string;
}

export function ServerForm({ server, onDone }: Props) {
  const stale = useStale();
  const create = $api.useMutation("post", "/api/v1/mcp-servers");
  const change = $api.useMutation("patch", "/api/v1/mcp-servers/{id}");
  const remove = $api.useMutation("delete", "/api/v1/mcp-servers/{id}");
  const form = useForm<Values>({
    initialValues: {
      name: server?.name ?? "",
      url: server?.url ?? "",
      enabled: server?.enabled ?? true,
      side_effect: (server?.side_effect ?? "once") as Values["side_effect"],
      headers: "",
    },
    validate: { headers: (text) => headersOf(text).problem ?? null },
  });

  function save({ headers, ...rest }: Values, anyVersion = false) {
    const settled = {
      onSuccess: (saved: Server) => {
        void stale("/api/v1/mcp-servers");
        onDone(saved.id);
      },
      onError: (error: unknown) => form.setErrors(fieldErrors(error)),
    };
    const body = {
      ...rest,
      ...(headers.trim() !== "" && { headers: headersOf(headers).headers }),
    };
    if (server === undefined) create.mutate({ body }, settled);
    else {
      const header = anyVersion ? {} : { "if-match": String(server.version) };
      change.mutate({ params: { path: { id: server.id }, header }, body }, settled);
    }
  }

  async function showTheirs() {
    change.reset();
    await stale("/api/v1/mcp-servers");
  }

  return (
    <form onSubmit={form.onSubmit((values) => save(values))}>
      <FormFor
        who="admin"
        buttons={
          <Group justify="space-between">
            {server === undefined ? (
              <Text />
            ) : (
              <ConfirmButton
                title={`Delete ${server.name}?`}
                consequence="Crews whose agents use it cannot be started until they leave it out."
                confirm="Delete"
                onConfirm={async () => {
                  await remove.mutateAsync({ params: { path: { id: server.id } } });
                  void stale("/api/v1/mcp-servers");
                  onDone(undefined);
                }}
              >
                Delete
              </ConfirmButton>
            )}
            <Button type="submit" loading={create.isPending || change.isPending}>
              {server === undefined ? "Add and test" : "Save"}
            </Button>
          </Group>
        }
      >
        <TextInput
          label="Name"
          description="Agents name it as the tool mcp:<name>"
          placeholder="tickets"
          required
          data-autofocus
          {...form.getInputProps("name")}
        />
        <TextInput
          label="Address"
          placeholder="https://example.com/mcp"
          required
          {...form.getInputProps("url")}
        />
        <Textarea
          label="Secret headers"
          description={
            server?.headers == null
              ? "One a line; kept encrypted"
              : "Headers are stored; what you put in replaces all of them"
          }
          placeholder="Authorization: Bearer …"
          autosize
          minRows={2}
          maxRows={6}
          {...form.getInputProps("headers")}
        />
        <Radio.Group
          label="When an agent calls one of its tools"
          {...form.getInputProps("side_effect")}
        >
          <Stack gap="xs" mt="xs">
            {Object.entries(EFFECTS).map(([value, { label, means }]) => (
              <Radio key={value} value={value} label={label} description={means} />
            ))}
          </Stack>
        </Radio.Group>
        <Switch
          label="Agents of this group may use it"
          {...form.getInputProps("enabled", { type: "checkbox" })}
        />
        <SaveProblem
          error={create.error ?? change.error}
          onTheirs={() => void showTheirs()}
          onMine={() => save(form.values, true)}
        />
      </FormFor>
    </form>
  );
}
