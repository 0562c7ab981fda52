import { Input, NumberInput, Select, Stack } from "@mantine/core";
import help from "@/api/fields.json";
import { type ControlProps, sentence } from "@/features/crews/inspector/fieldProps";
import { type Config, isMapping, textOf } from "@/features/crews/model/graph";

const WHEN = [
  { value: "never", label: "Nobody is asked" },
  { value: "after", label: "A person approves the answer" },
  { value: "before", label: "A person approves before it begins" },
];
const EXPIRY = [
  { value: "reject", label: "counts as rejected" },
  { value: "approve", label: "counts as approved" },
];
const ROLES = ["operator", "editor", "admin"];

/** Who approves a task, when, and what holds when nobody does. */
export function HumanField(props: ControlProps) {
  const { value, onChange, field, error, disabled } = props;
  const given: Config = isMapping(value) ? value : {};
  const when =
    value === true ? "after" : isMapping(value) ? textOf(given, "when") || "after" : "never";

  function change(changes: Config) {
    const next: Config = { ...given, when, ...changes };
    const set = Object.entries(next).filter(([, one]) => one !== undefined && one !== null);
    onChange(Object.fromEntries(set));
  }

  return (
    <Input.Wrapper error={error}>
      <Stack gap="xs">
        <Select
          label={field.label}
          description="Whether a person looks before the run goes on"
          disabled={disabled}
          data={WHEN}
          allowDeselect={false}
          value={when}
          onChange={(next) => (next === "never" ? onChange(undefined) : change({ when: next }))}
        />
        {when !== "never" && (
          <>
            <NumberInput
              label="Expires after"
              description={sentence(help.HumanInput.expires_in_s.description)}
              disabled={disabled}
              suffix=" s"
              allowDecimal={false}
              min={1}
              placeholder="Never"
              value={typeof given.expires_in_s === "number" ? given.expires_in_s : ""}
              onChange={(next) =>
                typeof next === "number"
                  ? change({ expires_in_s: next })
                  : change({ expires_in_s: undefined, on_expiry: undefined })
              }
            />
            {typeof given.expires_in_s === "number" && (
              <Select
                label="Then it"
                disabled={disabled}
                data={EXPIRY}
                allowDeselect={false}
                value={textOf(given, "on_expiry") || "reject"}
                onChange={(next) => change({ on_expiry: next })}
              />
            )}
            <Select
              label="Who may decide"
              description={sentence(help.HumanInput.role.description)}
              disabled={disabled}
              data={ROLES}
              allowDeselect={false}
              value={textOf(given, "role") || "operator"}
              onChange={(next) => change({ role: next })}
            />
          </>
        )}
      </Stack>
    </Input.Wrapper>
  );
}
