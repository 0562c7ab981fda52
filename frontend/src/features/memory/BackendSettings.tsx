import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { asProblem, fieldErrors } from "@/api/problem";
import { useStale } from "@/api/queries";
import { ErrorCard } from "@/components/ErrorCard";
import { Panel } from "@/components/Panel";
import classes from "@/features/memory/BackendCard.module.css";
import type { Backend } from "@/features/memory/backends";
import { ConfigFields } from "@/features/memory/ConfigFields";
import {
  configErrors,
  configOf,
  type ConfigValues,
  valuesOfConfig,
} from "@/features/memory/configForm";
import { MEMORY } from "@/features/memory/recordActions";

/** The configuration of a backend; admins change it. */
export function BackendSettings({ backend }: { backend: Backend }) {
  const isAdmin = useMay("admin");
  const stale = useStale();
  const form = useForm<ConfigValues>({
    initialValues: valuesOfConfig(backend.name, backend.kind, backend.config),
  });
  const update = $api.useMutation("patch", "/api/v1/memory/backends/{id}");

  function submit(values: ConfigValues) {
    update.mutate(
      {
        params: {
          path: { id: backend.id },
          header: { "if-match": `"${backend.version}"` },
        },
        body: { name: values.name, config: configOf(values) },
      },
      {
        onSuccess: () => {
          void stale(MEMORY);
          notifications.show({ message: "Saved. Runs that start from now on use it." });
        },
        onError: (error) => form.setErrors(configErrors(fieldErrors(error))),
      },
    );
  }

  const isConflict = update.error !== null && asProblem(update.error).status === 412;
  return (
    <Panel title="Settings">
      <form onSubmit={form.onSubmit(submit)} noValidate>
        <fieldset disabled={!isAdmin} className={classes.plain}>
          <Stack gap="lg">
            <TextInput label="Name" maw={400} {...form.getInputProps("name")} />
            <ConfigFields form={form} />
            {update.error !== null && (
              <ErrorCard
                error={update.error}
                action={
                  isConflict && (
                    <Button size="xs" variant="default" onClick={() => void stale(MEMORY)}>
                      Show theirs
                    </Button>
                  )
                }
              />
            )}
            {isAdmin && (
              <Group>
                <Button type="submit" loading={update.isPending} disabled={!form.isDirty()}>
                  Save
                </Button>
                {form.isDirty() && (
                  <Button variant="default" onClick={() => form.reset()}>
                    Undo the changes
                  </Button>
                )}
              </Group>
            )}
          </Stack>
        </fieldset>
      </form>
    </Panel>
  );
}
