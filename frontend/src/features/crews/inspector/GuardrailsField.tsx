import { ActionIcon, Button, Group, Input, Menu, Stack, Text } from "@mantine/core";
import { Plus, X } from "lucide-react";
import { useEditing } from "@/features/crews/drawing";
import type { ControlProps } from "@/features/crews/inspector/fieldProps";
import { GuardrailForm } from "@/features/crews/inspector/GuardrailForm";
import classes from "@/features/crews/inspector/Inspector.module.css";
import { type Config, isMapping } from "@/features/crews/model/graph";
import { troubleIn } from "@/features/crews/model/problems";

const KINDS: { type: string; label: string; begin: Config }[] = [
  { type: "llm", label: "A model judges it", begin: { type: "llm", description: "" } },
  { type: "length", label: "Its length", begin: { type: "length", min_chars: 1 } },
  { type: "contains", label: "Words in it", begin: { type: "contains", must: [] } },
  {
    type: "minimum_number",
    label: "A number in it",
    begin: { type: "minimum_number", min_value: 0 },
  },
  { type: "json", label: "It is JSON", begin: { type: "json", json_schema: { type: "object" } } },
];

/** Checks in their order. A sentence is a check by a model, as CrewAI has it. */
export function GuardrailsField({ field, value, onChange, description, disabled }: ControlProps) {
  const { store, troubles } = useEditing();
  const selected = store((state) => state.selected[0]);
  const rails: Config[] = Array.isArray(value) ? value.map(asMapping) : [];
  const set = (next: Config[]) => onChange(next.length === 0 ? undefined : next);
  return (
    <Input.Wrapper label={field.label} description={description}>
      <Stack gap="xs" mt={6}>
        {rails.map((rail, at) => {
          const kind = KINDS.find((one) => one.type === rail.type);
          const trouble = troubleIn(troubles, selected, ["guardrails", String(at)]);
          return (
            <section key={at} className={classes.card} aria-label={`Check ${at + 1}`}>
              <Group justify="space-between" mb={4}>
                <Text size="sm" fw={600}>
                  {kind?.label ?? String(rail.type)}
                </Text>
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  disabled={disabled}
                  aria-label={`Remove check ${at + 1}`}
                  onClick={() => set(rails.filter((_, other) => other !== at))}
                >
                  <X size={14} aria-hidden />
                </ActionIcon>
              </Group>
              <GuardrailForm
                rail={rail}
                disabled={disabled}
                onChange={(next) => set(rails.map((one, other) => (other === at ? next : one)))}
              />
              {trouble !== undefined && <Input.Error mt={4}>{trouble}</Input.Error>}
            </section>
          );
        })}
        <Menu position="bottom-start">
          <Menu.Target>
            <Button
              size="compact-sm"
              variant="default"
              disabled={disabled}
              leftSection={<Plus size={14} aria-hidden />}
              w="fit-content"
            >
              Add a check
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {KINDS.map(({ type, label, begin }) => (
              <Menu.Item key={type} onClick={() => set([...rails, begin])}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Stack>
    </Input.Wrapper>
  );
}

function asMapping(rail: unknown): Config {
  return isMapping(rail) ? rail : { type: "llm", description: String(rail) };
}
