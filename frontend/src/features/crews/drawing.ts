import { createContext, useContext, useMemo } from "react";
import type { DrawingStore } from "@/features/crews/store";
import { type Found, type Trouble, troublesOf } from "@/features/crews/model/problems";

/** What all parts of one crew's screen share. */
export interface Editing {
  crewId: string;
  store: DrawingStore;
  troubles: Trouble[];
  /** The caller's role lets changes be saved. */
  mayEdit: boolean;
}

export const EditingContext = createContext<Editing | null>(null);

/** The same object as long as all that is in it is the same. */
export function useEditingOf(
  crewId: string,
  store: DrawingStore,
  found: Found,
  mayEdit: boolean,
): Editing {
  const graph = store((state) => state.graph);
  const troubles = useMemo(() => troublesOf(graph, found), [graph, found]);
  return useMemo(() => ({ crewId, store, troubles, mayEdit }), [crewId, store, troubles, mayEdit]);
}

export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (editing === null) throw new Error("the canvas of a crew is missing around this part");
  return editing;
}

export function useGraph() {
  return useEditing().store((state) => state.graph);
}
