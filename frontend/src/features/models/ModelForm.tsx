import { Button, Group } from "@mantine/core";
import { useForm } from "@mantine/form";
import { $api } from "@/api/client";
import { fieldErrors } from "@/api/problem";
import { useStale } from "@/api/queries";
import { ConfirmButton } from "@/components/ConfirmButton";
import { FormFor } from "@/components/FormFor";
import { SaveProblem } from "@/components/SaveProblem";
import { ModelFields } from "@/features/models/ModelFields";
import { bodyOf, type Model, type ModelValues, valuesOf } from "@/features/models/modelForm";
import { TrialResult } from "@/features/models/TrialResult";
import { useTrial } from "@/features/models/useTrial";

interface Props {
  /** None for a new one. */
  model: Model | undefined;
  onClose: () => void;
}

export function ModelForm({ model, onClose }: Props) {
  const stale = useStale();
  const trial = useTrial();
  const form = useForm<ModelValues>({ initialValues: valuesOf(model) });
  const create = $api.useMutation("post", "/api/v1/models");
  const change = $api.useMutation("patch", "/api/v1/models/{id}");
  const remove = $api.useMutation("delete", "/api/v1/models/{id}");

  function save(values: ModelValues, anyVersion = false) {
    const settled = {
      onSuccess: () => {
        void stale("/api/v1/models");
        onClose();
      },
      onError: (error: unknown) => form.setErrors(fieldErrors(error)),
    };
    const body = bodyOf(values);
    if (model === undefined) create.mutate({ body }, settled);
    else {
      const header = anyVersion ? {} : { "if-match": String(model.version) };
      change.mutate({ params: { path: { id: model.id }, header }, body }, settled);
    }
  }

  async function showTheirs() {
    change.reset();
    await stale("/api/v1/models");
    onClose();
  }

  return (
    <form onSubmit={form.onSubmit((values) => save(values))}>
      <FormFor
        who="admin"
        buttons={
          <Group justify="space-between">
            <Group gap="xs">
              {model !== undefined && (
                <>
                  <ConfirmButton
                    title={`Delete ${model.key}?`}
                    consequence="Crews that name it cannot be started until they name another. Past runs keep what they used."
                    confirm="Delete"
                    onConfirm={async () => {
                      await remove.mutateAsync({ params: { path: { id: model.id } } });
                      void stale("/api/v1/models");
                      onClose();
                    }}
                  >
                    Delete
                  </ConfirmButton>
                  <Button
                    variant="default"
                    disabled={trial.step !== undefined}
                    onClick={() => trial.start(model.key)}
                  >
                    Test
                  </Button>
                </>
              )}
            </Group>
            <Button type="submit" loading={create.isPending || change.isPending}>
              {model === undefined ? "Add the model" : "Save"}
            </Button>
          </Group>
        }
      >
        <ModelFields form={form} />
        <SaveProblem
          error={create.error ?? change.error}
          onTheirs={() => void showTheirs()}
          onMine={() => save(form.values, true)}
        />
        <TrialResult state={trial} />
      </FormFor>
    </form>
  );
}
