import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { markdown } from "@codemirror/lang-markdown";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useEffectEvent, useRef } from "react";
import type { CodeEditorProps } from "@/components/CodeEditor";
import { nonce } from "@/lib/nonce";

const LANGUAGES: Record<CodeEditorProps["language"], () => Extension> = {
  json,
  yaml,
  markdown,
  python,
  text: () => [],
};

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.propertyName, tags.heading], color: "var(--kasal-accent-text)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--kasal-ok)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--kasal-warn)" },
  { tag: tags.comment, color: "var(--kasal-text-dimmed)", fontStyle: "italic" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { fontSize: "13px", backgroundColor: "transparent", color: "var(--kasal-text)" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": { fontFamily: "var(--mantine-font-family-monospace)", caretColor: "currentColor" },
  ".cm-cursor": { borderLeftColor: "currentColor" },
  ".cm-gutters": {
    backgroundColor: "transparent",
    color: "var(--kasal-text-dimmed)",
    border: "none",
  },
  ".cm-placeholder": { color: "var(--kasal-text-dimmed)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": {
    backgroundColor: "var(--kasal-selection) !important",
  },
});

export default function CodeEditorBody(props: CodeEditorProps) {
  const { label, value, onChange, language, placeholder: hint } = props;
  const room = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const readOnly = onChange === undefined;
  const changed = useEffectEvent((text: string) => onChange?.(text));
  const first = useEffectEvent(() => value);

  useEffect(() => {
    if (room.current === null) return;
    const made = new EditorView({
      parent: room.current,
      state: EditorState.create({
        doc: first(),
        extensions: [
          EditorView.cspNonce.of(nonce),
          lineNumbers(),
          history(),
          bracketMatching(),
          syntaxHighlighting(colours),
          look,
          EditorView.lineWrapping,
          // Tab leaves the editor, so that nobody is caught in it.
          keymap.of([...defaultKeymap, ...historyKeymap]),
          LANGUAGES[language](),
          hint === undefined ? [] : placeholder(hint),
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => {
      made.destroy();
      view.current = null;
    };
  }, [label, language, hint, readOnly]);

  useEffect(() => {
    const shown = view.current;
    if (shown === null || shown.state.doc.toString() === value) return;
    shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: value } });
  }, [value]);

  return <div ref={room} />;
}
