import { Textarea, TextInput } from "@mantine/core";
import { isLong, type RunField } from "@/components/run/runInputs";
import { own } from "@/lib/own";

interface Props {
  fields: RunField[];
  problems: Record<string, string>;
  onChange: (fields: RunField[]) => void;
}

/** One field for each input of a crew. A field grows when more than a line is put into it. */
export function RunFields({ fields, problems, onChange }: Props) {
  function change(index: number, changes: Partial<RunField>) {
    onChange(fields.map((field, at) => (at === index ? { ...field, ...changes } : field)));
  }
  return fields.map((field, index) => {
    const { name, kind, text } = field;
    const common = {
      label: name,
      value: text,
      error: own(problems, name),
      required: true,
      "data-autofocus": index === 0 ? true : undefined,
    };
    if (kind === "multiline" || kind === "json") {
      return (
        <Textarea
          key={name}
          {...common}
          description={kind === "json" ? "JSON" : undefined}
          autosize
          minRows={kind === "json" ? 3 : 2}
          maxRows={12}
          onChange={(event) => change(index, { text: event.currentTarget.value })}
        />
      );
    }
    return (
      <TextInput
        key={name}
        {...common}
        inputMode={kind === "number" ? "decimal" : undefined}
        onChange={(event) => change(index, { text: event.currentTarget.value })}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData("text");
          if (!isLong(pasted)) return;
          event.preventDefault();
          const { selectionStart, selectionEnd } = event.currentTarget;
          const before = text.slice(0, selectionStart ?? text.length);
          const after = text.slice(selectionEnd ?? text.length);
          change(index, { kind: "multiline", text: before + pasted + after });
        }}
      />
    );
  });
}
