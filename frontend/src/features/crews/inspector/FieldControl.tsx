import { NumberInput, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { type ControlProps, inputProps } from "@/features/crews/inspector/fieldProps";
import { GuardrailsField } from "@/features/crews/inspector/GuardrailsField";
import { HumanField } from "@/features/crews/inspector/HumanField";
import { ModelField } from "@/features/crews/inspector/ModelField";
import { SchemaField } from "@/features/crews/inspector/SchemaField";
import { ToolsField } from "@/features/crews/inspector/ToolsField";

const PROCESSES = [
  { value: "sequential", label: "Sequential: one task after the other" },
  { value: "hierarchical", label: "Hierarchical: a manager hands tasks out" },
];

/** The control of one field that is a value of its node alone. */
export function FieldControl(props: ControlProps) {
  const { field, value, onChange, standard } = props;
  const shared = inputProps(props);
  switch (field.control) {
    case "line":
      return (
        <TextInput
          {...shared}
          placeholder={field.placeholder}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "text":
      return (
        <Textarea
          {...shared}
          placeholder={field.placeholder}
          autosize
          minRows={field.rows ?? 2}
          maxRows={14}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => onChange(textOrNothing(event.currentTarget.value, standard))}
        />
      );
    case "number":
      return (
        <NumberInput
          {...shared}
          allowDecimal={false}
          placeholder={typeof standard === "number" ? String(standard) : "No limit"}
          suffix={field.unit === undefined ? "" : ` ${field.unit}`}
          value={typeof value === "number" ? value : ""}
          onChange={(next) => onChange(typeof next === "number" ? next : undefined)}
        />
      );
    case "switch":
      return (
        <Switch
          {...shared}
          checked={value === undefined ? standard === true : value === true}
          onChange={(event) => {
            const { checked } = event.currentTarget;
            onChange(checked === (standard === true) ? undefined : checked);
          }}
        />
      );
    case "process":
      return (
        <Select
          {...shared}
          data={PROCESSES}
          allowDeselect={false}
          value={typeof value === "string" ? value : "sequential"}
          onChange={(next) => onChange(next ?? undefined)}
        />
      );
    case "model":
      return <ModelField {...props} />;
    case "tools":
      return <ToolsField {...props} />;
    case "schema":
      return <SchemaField {...props} />;
    case "guardrails":
      return <GuardrailsField {...props} />;
    case "human":
      return <HumanField {...props} />;
    default:
      return null;
  }
}

/** An emptied text that may be left out is left out; one that must be there stays empty and is complained about. */
function textOrNothing(text: string, standard: unknown): string | undefined {
  return text === "" && standard !== undefined ? undefined : text;
}
