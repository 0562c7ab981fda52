import { Modal, Stack, Text } from "@mantine/core";
import { $api } from "@/api/client";
import { useMe } from "@/api/me";
import type { Schema } from "@/api/types";
import { ApiTab } from "@/components/ApiTab";
import { Loaded } from "@/components/Loaded";
import { runSnippets } from "@/features/crews/snippets";

interface Props {
  crew: Schema<"CrewRead">;
  opened: boolean;
  onClose: () => void;
}

/** Running this crew from a shell or a program. */
export function ApiDialog({ crew, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={`${crew.name} for programs`} size="lg">
      {opened && <Body crew={crew} />}
    </Modal>
  );
}

function Body({ crew }: { crew: Schema<"CrewRead"> }) {
  const me = useMe();
  const preview = $api.useQuery("post", "/api/v1/executions/preview", {
    body: { crew_id: crew.id } as Schema<"ExecutionCreate">,
  });
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        Runs the newest version and, in Python and on the command line, waits for its answer.
      </Text>
      <Loaded query={preview} what="Reading the inputs of the crew">
        {({ inputs }) => (
          <ApiTab
            snippets={runSnippets({
              crewId: crew.id,
              inputs: Object.fromEntries(inputs.map(({ name, value }) => [name, value ?? ""])),
              signedIn: me.data?.auth_mode === "token",
            })}
          />
        )}
      </Loaded>
    </Stack>
  );
}
