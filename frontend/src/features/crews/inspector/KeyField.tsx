import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useEditing } from "@/features/crews/drawing";
import { withKey } from "@/features/crews/model/edits";
import { type Agent, idOf, type Task } from "@/features/crews/model/graph";

/** How files, the API and other nodes name a node. */
export function KeyField({ node, disabled }: { node: Agent | Task; disabled: boolean }) {
  const { store } = useEditing();
  const [draft, setDraft] = useState<{ text: string; of: string }>();
  const text = draft?.of === idOf(node) ? draft.text : node.key;
  const next = text === node.key ? undefined : withKey(store.getState().graph, idOf(node), text);
  const refused = text !== node.key && next === undefined;

  function rename() {
    if (next === undefined) return;
    store.getState().edit(() => next);
    store.getState().select([idOf({ kind: node.kind, key: text })]);
    setDraft(undefined);
  }

  return (
    <TextInput
      label="Key"
      description="How files and the API name it"
      disabled={disabled}
      error={
        refused &&
        "Letters, digits, spaces and . _ : / -, beginning with a letter or digit, and not taken"
      }
      value={text}
      onChange={(event) => setDraft({ text: event.currentTarget.value, of: idOf(node) })}
      onBlur={rename}
      onKeyDown={(event) => {
        if (event.key === "Enter") rename();
      }}
    />
  );
}
