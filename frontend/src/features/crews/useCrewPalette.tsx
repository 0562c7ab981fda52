import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { type PaletteAction, usePaletteActions } from "@/components/paletteActions";
import { useActions } from "@/features/crews/canvas/useActions";
import { useEditing } from "@/features/crews/drawing";
import { idOf, nameOf, nodesOf } from "@/features/crews/model/graph";
import type { PanelName } from "@/features/crews/search";
import type { Saving } from "@/features/crews/useSave";

const route = getRouteApi("/crews/$id");

/** ⌘K: what can be done with this crew, and each of its nodes by name. */
export function useCrewPalette(saving: Saving) {
  const { store, mayEdit } = useEditing();
  const graph = store((state) => state.graph);
  const actions = useActions();
  const navigate = route.useNavigate();
  const { save } = saving;
  const found = useMemo<PaletteAction[]>(() => {
    const open = (panel: PanelName) => () =>
      void navigate({ search: (before) => ({ ...before, panel }) });
    const changes: PaletteAction[] = [
      { id: "add-agent", label: "Add an agent", keys: "A", onChoose: () => actions.addAgent() },
      { id: "add-task", label: "Add a task", keys: "T", onChoose: () => actions.addTask() },
      { id: "tidy", label: "Tidy up the canvas", keys: "Shift+L", onChoose: actions.tidy },
      { id: "undo", label: "Undo", keys: "Ctrl+Z", onChoose: actions.undo },
      { id: "redo", label: "Redo", keys: "Ctrl+Shift+Z", onChoose: actions.redo },
      { id: "save", label: "Save the crew", keys: "Ctrl+S", onChoose: () => void save() },
    ];
    const looks: PaletteAction[] = [
      { id: "history", label: "Versions of this crew", onChoose: open("history") },
      { id: "api", label: "This crew as curl, Python, kasal", onChoose: open("api") },
      {
        id: "crew",
        label: "Settings of this crew",
        onChoose: () => store.getState().select([]),
      },
    ];
    const nodes = nodesOf(graph).map((node) => ({
      id: idOf(node),
      label: `${node.kind === "agent" ? "Agent" : "Task"}: ${nameOf(node)}`,
      onChoose: () => store.getState().select([idOf(node)]),
    }));
    return [...(mayEdit ? changes : []), ...looks, ...nodes];
  }, [actions, graph, mayEdit, navigate, save, store]);
  usePaletteActions("This crew", found);
}
