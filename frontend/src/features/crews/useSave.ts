import { useState } from "react";
import { $api } from "@/api/client";
import { asProblem, type Problem } from "@/api/problem";
import { useStale } from "@/api/queries";
import { focusNode } from "@/features/crews/canvas/useActions";
import { withSpeakingKeys } from "@/features/crews/model/edits";
import { type Graph, idOf, nodesOf } from "@/features/crews/model/graph";
import { definitionOf } from "@/features/crews/model/write";
import type { DrawingStore } from "@/features/crews/store";
import { type Found, troublesOf } from "@/features/crews/model/problems";

export interface Saving {
  /** True when it is saved. */
  save: (note?: string) => Promise<boolean>;
  isSaving: boolean;
  /** Why it was not, apart from fields and from somebody else's change. */
  error: Problem | undefined;
  /** The fields that were refused, as long as nothing is changed. */
  refused: Found | undefined;
  /** Somebody else saved first. */
  conflict: boolean;
  settle: () => void;
}

interface Failed {
  problem: Problem;
  of: Graph;
  refused: Found;
}

/** Saving a drawing as the next version, unless somebody else made one meanwhile. */
export function useSave(id: string, store: DrawingStore): Saving {
  const update = $api.useMutation("patch", "/api/v1/crews/{id}");
  const stale = useStale();
  const graph = store((state) => state.graph);
  const [failed, setFailed] = useState<Failed>();

  async function save(note = "") {
    const sent = nameNewNodes(store);
    const { base, saved } = store.getState();
    setFailed(undefined);
    try {
      const crew = await update.mutateAsync({
        params: { path: { id }, header: { "if-match": `"${base.version}"` } },
        body: {
          name: sent.name,
          description: sent.description,
          definition: definitionOf(sent),
          ...(note === "" ? {} : { note }),
        },
      });
      saved(crew, sent);
      await stale("/api/v1/crews");
      return true;
    } catch (error) {
      const problem = asProblem(error);
      const refused = { errors: problem.errors, below: "/definition" };
      setFailed({ problem, of: sent, refused });
      const first = troublesOf(sent, refused)[0]?.id;
      if (first !== undefined) store.getState().select([first]);
      if (problem.code === "version-conflict") await stale("/api/v1/crews/{id}");
      return false;
    }
  }

  const conflict = failed?.problem.code === "version-conflict";
  const isOfFields = (failed?.problem.errors.length ?? 0) > 0;
  // Whoever writes on is asked again when it is saved again; until then the checks speak.
  const isMended = isOfFields && failed?.of !== graph;
  return {
    save,
    isSaving: update.isPending,
    error: conflict || isMended ? undefined : failed?.problem,
    refused: isOfFields && !isMended ? failed?.refused : undefined,
    conflict,
    settle: () => setFailed(undefined),
  };
}

/** The drawing as it is sent; what is chosen stays chosen under its new key. */
function nameNewNodes(store: DrawingStore): Graph {
  const { graph, base, selected, edit, select } = store.getState();
  const named = withSpeakingKeys(graph, base.graph);
  if (named === graph) return graph;
  const before = nodesOf(graph).map(idOf);
  const after = new Map(nodesOf(named).map((node, at) => [before[at], idOf(node)]));
  edit(() => named, "keys");
  const chosen = selected.map((id) => after.get(id) ?? id);
  const wasFocused = document.activeElement?.matches(".react-flow__node") ?? false;
  select(chosen);
  // It is drawn anew under its new key.
  if (wasFocused) requestAnimationFrame(() => focusNode(chosen[0]));
  return named;
}
