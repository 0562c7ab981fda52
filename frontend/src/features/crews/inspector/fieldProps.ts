import type { Field } from "@/features/crews/inspector/fields";

/** What every control of the inspector is given. */
export interface ControlProps {
  field: Field;
  value: unknown;
  /** undefined takes the field away. */
  onChange: (value: unknown) => void;
  description: string | undefined;
  error: string | undefined;
  disabled: boolean;
  /** What holds when nothing is set. */
  standard: unknown;
  minimum?: number | undefined;
  maximum?: number | undefined;
}

/** What Mantine's inputs take of it. */
export function inputProps({ field, description, error, disabled }: ControlProps) {
  return { label: field.label, description, error, disabled };
}

/** The API's words about a field, for people: its null is an empty field, its false a switch that is off. */
export function sentence(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const plain = text
    .replace(/\bnull(?=:| waits)/g, "empty")
    .replace(/\bfalse:/g, "off:")
    .replace(/\btrue:/g, "on:");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
