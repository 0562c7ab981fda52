import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import { useNavigate } from "@tanstack/react-router";
import { FileUp } from "lucide-react";
import { useState } from "react";
import { $api } from "@/api/client";
import { useStale } from "@/api/queries";
import { CodeEditor } from "@/components/CodeEditor";
import { ErrorCard } from "@/components/ErrorCard";
import { onceKey } from "@/lib/once";
import { importBody } from "@/features/crews/gallery/importBody";

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** A crew file, or agents.yaml and tasks.yaml of a CrewAI project: dropped, chosen or pasted. */
export function ImportDialog({ opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Import a crew" size="lg">
      {opened && <Form onClose={onClose} />}
    </Modal>
  );
}

const MOST_BYTES = 1_000_000;

function Form({ onClose }: { onClose: () => void }) {
  const [texts, setTexts] = useState<string[]>([""]);
  const [names, setNames] = useState<string[]>([]);
  const [key] = useState(onceKey);
  const [refused, setRefused] = useState<string>();
  const bring = $api.useMutation("post", "/api/v1/crews/import");
  const navigate = useNavigate();
  const stale = useStale();

  async function read(files: File[]) {
    setRefused(undefined);
    setTexts(await Promise.all(files.slice(0, 2).map((file) => file.text())));
    setNames(files.slice(0, 2).map((file) => file.name));
  }

  async function save() {
    const body = importBody(texts);
    if (typeof body === "string") {
      setRefused(body);
      return;
    }
    const crew = await bring.mutateAsync({
      params: { header: { "idempotency-key": `${key}-${texts.join().length}` } },
      body,
    });
    await stale("/api/v1/crews");
    onClose();
    await navigate({ to: "/crews/$id", params: { id: crew.id } });
  }

  return (
    <Stack>
      <Dropzone
        onDrop={(files) => void read(files)}
        onReject={() => setRefused("One or two text files of at most 1 MB each.")}
        maxSize={MOST_BYTES}
        maxFiles={2}
        inputProps={{ "aria-label": "Files of a crew" }}
      >
        <Group justify="center" gap="sm" mih={72} style={{ pointerEvents: "none" }}>
          <FileUp size={18} aria-hidden />
          <Text size="sm">
            Drop a crew file here, or agents.yaml and tasks.yaml together, or click to choose
          </Text>
        </Group>
      </Dropzone>
      {texts.map((text, at) => (
        <div key={at}>
          <Text size="sm" fw={500} mb={4}>
            {names[at] ?? "Or paste it"}
          </Text>
          <CodeEditor
            label={names[at] ?? "The crew as YAML"}
            language="yaml"
            value={text}
            placeholder={"agents:\n  analyst:\n    role: Market analyst"}
            onChange={(next) => {
              setRefused(undefined);
              setTexts((before) => before.map((one, other) => (other === at ? next : one)));
            }}
          />
        </div>
      ))}
      {refused !== undefined && (
        <Text size="sm" c="red" role="alert">
          {refused}
        </Text>
      )}
      {bring.error !== null && <ErrorCard error={bring.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          loading={bring.isPending}
          disabled={texts.every((text) => text.trim() === "")}
          onClick={() => void save().catch(() => undefined)}
        >
          Import
        </Button>
      </Group>
    </Stack>
  );
}
