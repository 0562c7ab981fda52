import { Button, Collapse, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { $api } from "@/api/client";
import { Panel } from "@/components/Panel";
import { freeName } from "@/features/memory/setup";
import { Workspace } from "@/features/memory/Workspace";
import type { NewSetup } from "@/features/memory/SetupPage";

const NAME = /^[A-Za-z0-9_]{1,100}$/;
const HINT = "Letters, digits and _";

interface Props {
  /** Names that other places have. */
  taken: string[];
  onPlan: (wanted: NewSetup) => void;
}

/** Whose rights are used, and where it shall be. */
export function SetupForm({ taken, onPlan }: Props) {
  const workspace = $api.useQuery("get", "/api/v1/memory/backends/setup/workspace");
  const [more, toggle] = useDisclosure(false);
  const form = useForm({
    initialValues: {
      catalog: "",
      schema: "",
      name: freeName("Databricks", taken),
      endpoint_name: "kasal_memory",
      document_endpoint_name: "",
    },
    validate: {
      catalog: (value) => (NAME.test(value) ? null : HINT),
      schema: (value) => (NAME.test(value) ? null : HINT),
      name: (value) =>
        value.trim() === ""
          ? "A name to find it by"
          : taken.includes(value.trim())
            ? "Another place has this name"
            : null,
      endpoint_name: (value) => (value.trim() === "" ? "A name" : null),
    },
  });
  const usable = workspace.data?.status === "ready";

  return (
    <Stack gap="md" maw={760}>
      <Workspace query={workspace} />
      <Panel title="Where shall it be?">
        <form
          onSubmit={form.onSubmit(({ document_endpoint_name, ...values }) =>
            onPlan({
              ...values,
              activate: true,
              ...(document_endpoint_name === "" ? {} : { document_endpoint_name }),
            }),
          )}
        >
          <Stack gap="md">
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput
                label="Catalog"
                description="You need USE CATALOG on it"
                placeholder="main"
                {...form.getInputProps("catalog")}
              />
              <TextInput
                label="Schema"
                description="You need USE SCHEMA and CREATE TABLE"
                placeholder="kasal"
                {...form.getInputProps("schema")}
              />
            </SimpleGrid>
            <Button
              variant="subtle"
              size="compact-sm"
              aria-expanded={more}
              onClick={toggle.toggle}
              style={{ alignSelf: "flex-start" }}
            >
              {more ? "Fewer choices" : "Name and endpoint"}
            </Button>
            <Collapse expanded={more}>
              <SimpleGrid cols={{ base: 1, sm: 3 }}>
                <TextInput label="Name in Kasal" {...form.getInputProps("name")} />
                <TextInput
                  label="Endpoint"
                  description="Made where it does not exist"
                  {...form.getInputProps("endpoint_name")}
                />
                <TextInput
                  label="Endpoint of documents"
                  description="The same when empty"
                  {...form.getInputProps("document_endpoint_name")}
                />
              </SimpleGrid>
            </Collapse>
            <Group justify="flex-end">
              {!usable && workspace.data !== undefined && (
                <Text size="sm" c="dimmed">
                  First mend what stands above.
                </Text>
              )}
              <Button type="submit" disabled={!usable}>
                See the plan
              </Button>
            </Group>
          </Stack>
        </form>
      </Panel>
    </Stack>
  );
}
