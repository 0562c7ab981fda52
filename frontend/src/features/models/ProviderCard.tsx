import { Autocomplete, Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { fieldErrors } from "@/api/problem";
import { useStale } from "@/api/queries";
import type { Schema } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { DemoBadge } from "@/components/DemoBadge";
import { ErrorCard } from "@/components/ErrorCard";
import { Panel } from "@/components/Panel";
import { StatusBadge } from "@/components/StatusBadge";
import { TrialResult } from "@/features/models/TrialResult";
import { useTrial } from "@/features/models/useTrial";

type Provider = Schema<"ProviderRead">;
type Key = Schema<"ApiKeyRead">;

interface Props {
  provider: Provider;
  /** The group's own, where it stored one. */
  stored: Key | undefined;
  models: string[];
}

const WITHOUT_KEY: Record<string, string> = {
  ollama: "Needs no key. The server sets its address by OLLAMA_API_BASE.",
  hosted_vllm: "Needs no key. The server sets its address by HOSTED_VLLM_API_BASE.",
  demo: "Always there. No language model runs: answers are samples, marked wherever they appear.",
};

export function ProviderCard({ provider, stored, models }: Props) {
  const [chosen, setChosen] = useState<string>();
  const trial = useTrial();
  const model = chosen ?? models[0] ?? "";
  const mayChange = useMay("admin");
  return (
    <Panel
      title={provider.title}
      actions={
        provider.name === "demo" ? (
          <DemoBadge />
        ) : (
          <StatusBadge status={provider.configured ? "ready" : "off"} word={readyWord(provider)} />
        )
      }
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {whereFrom(provider, stored)}
        </Text>
        {provider.key_name !== null && mayChange && (
          <KeyField
            provider={provider}
            name={provider.key_name}
            stored={stored}
            onSaved={() => {
              if (model !== "") trial.start(model);
            }}
            onRemoved={trial.forget}
          />
        )}
        {(provider.configured || trial.trial !== undefined) && (
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <Autocomplete
              label="Test with"
              placeholder={`${provider.name}/…`}
              data={models}
              value={model}
              onChange={setChosen}
              flex={1}
              miw={0}
            />
            <Button
              variant="default"
              disabled={model === "" || trial.step !== undefined}
              onClick={() => trial.start(model)}
            >
              Test
            </Button>
          </Group>
        )}
        <TrialResult state={trial} />
      </Stack>
    </Panel>
  );
}

function readyWord({ configured, key_name }: Provider): string {
  if (!configured) return "No key";
  return key_name === null ? "Needs no key" : "Ready";
}

function whereFrom({ name, key_name, configured }: Provider, stored: Key | undefined): string {
  if (key_name === null) return WITHOUT_KEY[name] ?? "Needs no key.";
  if (stored !== undefined) return `This group's own key, put in by ${stored.created_by}.`;
  if (configured && name === "databricks") {
    return "Found on this server: its sign-in, its service principal, or DATABRICKS_TOKEN.";
  }
  if (configured) return `Found on this server: the environment variable ${key_name}.`;
  return `Neither this group nor the server has ${key_name}.`;
}

interface KeyFieldProps {
  provider: Provider;
  name: string;
  stored: Key | undefined;
  onSaved: () => void;
  onRemoved: () => void;
}

function KeyField({ provider, name, stored, onSaved, onRemoved }: KeyFieldProps) {
  const [value, setValue] = useState("");
  const stale = useStale();
  const create = $api.useMutation("post", "/api/v1/api-keys");
  const change = $api.useMutation("patch", "/api/v1/api-keys/{id}");
  const remove = $api.useMutation("delete", "/api/v1/api-keys/{id}");
  const error = create.error ?? change.error;
  const again = () => stale("/api/v1/api-keys", "/api/v1/me");

  async function save() {
    if (stored === undefined) await create.mutateAsync({ body: { name, value, description: "" } });
    else await change.mutateAsync({ params: { path: { id: stored.id } }, body: { value } });
    setValue("");
    await again();
    onSaved();
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // What was refused stands at the field.
        save().catch(() => undefined);
      }}
    >
      <Stack gap="sm">
        <PasswordInput
          label={name}
          description="Kept encrypted; nobody can read it again"
          placeholder={provider.configured ? "Put in another key" : "Put in a key"}
          autoComplete="off"
          value={value}
          error={fieldErrors(error).value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        {error !== null && fieldErrors(error).value === undefined && <ErrorCard error={error} />}
        <Group gap="xs">
          <Button
            type="submit"
            disabled={value.trim() === ""}
            loading={create.isPending || change.isPending}
          >
            Save and test
          </Button>
          {stored !== undefined && (
            <ConfirmButton
              title={`Remove ${name}?`}
              consequence="Runs of this group fall back to the server's own key, where there is one, else models of this provider cannot be called."
              confirm="Remove"
              onConfirm={async () => {
                await remove.mutateAsync({ params: { path: { id: stored.id } } });
                onRemoved();
                await again();
              }}
            >
              Remove the key
            </ConfirmButton>
          )}
        </Group>
      </Stack>
    </form>
  );
}
