import { notifications } from "@mantine/notifications";
import { useEffect, useEffectEvent } from "react";
import { useActions } from "@/features/crews/canvas/useActions";
import { useEditing } from "@/features/crews/drawing";
import { copied, looksLikeCrew, pasted } from "@/features/crews/model/clipboard";
import { nodesOf } from "@/features/crews/model/graph";
import { SIZE } from "@/features/crews/model/layout";

/** Undo, copy, paste and the letters that add: everywhere on the screen of a crew but in a field. */
export function useCanvasKeys(room: React.RefObject<HTMLElement | null>) {
  const { store, mayEdit } = useEditing();
  const actions = useActions();

  async function pasteCrew(text: string) {
    // The reader of YAML is loaded when something is pasted.
    const { crewOfText } = await import("@/features/crews/model/crewText");
    const { graph } = store.getState();
    const read = crewOfText(text);
    if (typeof read === "string") {
      notifications.show({ color: "red", title: "This could not be pasted", message: read });
      return;
    }
    const bottom = Math.max(
      0,
      ...nodesOf(graph).map((node) => node.at.y + SIZE[node.kind].height + 48),
    );
    actions.join(read, { x: 0, y: bottom });
    notifications.show({
      title: "Pasted",
      message: `${read.agents.length} agents and ${read.tasks.length} tasks`,
    });
  }

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (inField(event.target) || inDialog(event.target) || event.defaultPrevented) return;
    const action = mayEdit ? actionOf(event) : undefined;
    if (action === undefined) return;
    event.preventDefault();
    actions[action]();
  });

  const onCopy = useEffectEvent((event: ClipboardEvent) => {
    if (inField(event.target) || String(window.getSelection() ?? "") !== "") return;
    const { graph, selected } = store.getState();
    const text = copied(graph, new Set(selected));
    if (text === undefined) return;
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    if (event.type === "cut" && mayEdit) actions.remove();
  });

  const onPaste = useEffectEvent((event: ClipboardEvent) => {
    if (!mayEdit || inField(event.target) || inDialog(event.target)) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const nodes = pasted(text);
    if (nodes !== undefined) {
      event.preventDefault();
      actions.join(nodes, { x: 32, y: 32 });
    } else if (looksLikeCrew(text)) {
      event.preventDefault();
      void pasteCrew(text);
    }
  });

  useEffect(() => {
    const listen = new AbortController();
    const options = { signal: listen.signal };
    document.addEventListener("keydown", (event) => onKey(event), options);
    document.addEventListener("copy", (event) => onCopy(event), options);
    document.addEventListener("cut", (event) => onCopy(event), options);
    document.addEventListener("paste", (event) => onPaste(event), options);
    return () => listen.abort();
  }, [room]);
}

type Named = "undo" | "redo" | "selectAll" | "duplicate" | "addAgent" | "addTask" | "tidy";

const WITH_CONTROL: Record<string, Named> = {
  z: "undo",
  "shift+z": "redo",
  y: "redo",
  a: "selectAll",
  d: "duplicate",
};
const PLAIN: Record<string, Named> = { a: "addAgent", t: "addTask", "shift+l": "tidy" };

function actionOf(event: KeyboardEvent): Named | undefined {
  if (event.altKey) return undefined;
  const key = `${event.shiftKey ? "shift+" : ""}${event.key.toLowerCase()}`;
  return (event.ctrlKey || event.metaKey ? WITH_CONTROL : PLAIN)[key];
}

function inField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest("input, textarea, select, [role='listbox'], [role='menu']") !== null)
  );
}

function inDialog(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("[role='dialog']") !== null;
}
