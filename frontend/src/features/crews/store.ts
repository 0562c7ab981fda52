import { temporal } from "zundo";
import { create, useStore } from "zustand";
import type { Schema } from "@/api/types";
import type { Graph } from "@/features/crews/model/graph";
import { graphOf } from "@/features/crews/model/read";

type Crew = Schema<"CrewRead">;

/** The saved crew that a drawing began with. */
export interface Base {
  /** Of the row, for If-Match. */
  version: number;
  /** Of the definition, as people count. */
  number: number;
  graph: Graph;
}

interface Drawing {
  graph: Graph;
  base: Base;
  /** Ids of chosen nodes. */
  selected: string[];
  /** Changes of one field within a second, named by `of`, are undone together. */
  edit: (change: (graph: Graph) => Graph, of?: string) => void;
  select: (ids: string[]) => void;
  /** What was sent is saved now; what was drawn meanwhile is not. */
  saved: (crew: Crew, sent: Graph) => void;
  /** Draw what the server has; undo brings back what was here. */
  takeTheirs: (crew: Crew) => void;
  /** Go on with what is here, over what the server has. */
  keepMine: (crew: Crew) => void;
}

const TOGETHER_MS = 1_000;
const STEPS = 200;

function newDrawing(crew: Crew) {
  let last = { of: "", at: 0 };
  const made = create<Drawing>()(
    temporal(
      (set, get) => ({
        ...fresh(crew),
        selected: [],
        edit: (change, of = "") => {
          const before = get().graph;
          const graph = change(before);
          if (graph === before) return;
          const now = Date.now();
          const together = of !== "" && of === last.of && now - last.at < TOGETHER_MS;
          last = { of, at: now };
          if (together) made.temporal.getState().pause();
          set({ graph });
          if (together) made.temporal.getState().resume();
        },
        select: (selected) => {
          set({ selected });
        },
        saved: (answer, sent) => {
          set({
            base: { version: answer.version, number: answer.current_version, graph: sent },
          });
        },
        takeTheirs: (answer) => {
          set({ ...fresh(answer), selected: [] });
        },
        keepMine: (answer) => {
          set({ base: fresh(answer).base });
        },
      }),
      {
        partialize: ({ graph }) => ({ graph }),
        equality: (past, now) => past.graph === now.graph,
        limit: STEPS,
      },
    ),
  );
  return made;
}

function fresh(crew: Crew): { graph: Graph; base: Base } {
  const graph = graphOf(crew);
  return { graph, base: { version: crew.version, number: crew.current_version, graph } };
}

export type DrawingStore = ReturnType<typeof newDrawing>;

/** Kept while the page is open, so that looking at something else loses nothing. */
const drawings = new Map<string, DrawingStore>();

export function drawingOf(crew: Crew): DrawingStore {
  const kept = drawings.get(crew.id);
  if (kept !== undefined) return kept;
  const made = newDrawing(crew);
  drawings.set(crew.id, made);
  return made;
}

export function forget(crewId: string): void {
  drawings.delete(crewId);
}

export function isDirty({ graph, base }: Pick<Drawing, "graph" | "base">): boolean {
  return graph !== base.graph;
}

/** Whether anything anywhere is not saved: asked when the window is closed. */
export function anyDirty(): boolean {
  return [...drawings.values()].some((store) => isDirty(store.getState()));
}

export function useHistory(store: DrawingStore) {
  const canUndo = useStore(store.temporal, (state) => state.pastStates.length > 0);
  const canRedo = useStore(store.temporal, (state) => state.futureStates.length > 0);
  return { canUndo, canRedo };
}
