import { Drawer } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { getRouteApi } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useState } from "react";
import { useMay } from "@/api/me";
import type { Schema } from "@/api/types";
import { ApiDialog } from "@/features/crews/ApiDialog";
import { Canvas } from "@/features/crews/canvas/Canvas";
import { ConflictCard } from "@/features/crews/ConflictCard";
import { type Editing, EditingContext, useEditingOf } from "@/features/crews/drawing";
import classes from "@/features/crews/Editor.module.css";
import { Inspector } from "@/features/crews/inspector/Inspector";
import { nodeOf } from "@/features/crews/model/graph";
import { RunButton } from "@/features/crews/RunButton";
import { anyDirty, drawingOf, isDirty } from "@/features/crews/store";
import { TopBar } from "@/features/crews/TopBar";
import { useCheck } from "@/features/crews/useCheck";
import { useCrewPalette } from "@/features/crews/useCrewPalette";
import { useSave } from "@/features/crews/useSave";
import { VersionsDrawer } from "@/features/crews/versions/VersionsDrawer";

const route = getRouteApi("/crews/$id");
const NARROW = "(max-width: 62em)";
/** Nodes. */
const AT_ONCE = 40;

/** One crew: what it is called and does above, the canvas, and all fields of what is chosen beside it. */
export function Editor({ crew }: { crew: Schema<"CrewRead"> }) {
  const store = drawingOf(crew);
  const graph = store((state) => state.graph);
  const base = store((state) => state.base);
  const mayEdit = useMay("editor");
  const found = useCheck(graph);
  const save = useSave(crew.id, store);
  const editing = useEditingOf(crew.id, store, save.refused ?? found, mayEdit);

  // A large drawing takes much longer than a frame: it comes in pieces, after the bar with its name.
  const canDraw = useDeferredValue(true, graph.agents.length + graph.tasks.length <= AT_ONCE);
  const dirty = isDirty({ graph, base });
  const isBehind = crew.version > base.version;
  useEffect(() => {
    // Somebody else's change, and nothing of ours to lose.
    if (isBehind && !isDirty(store.getState())) store.getState().takeTheirs(crew);
  }, [crew, isBehind, store]);
  useLeaveWarning();
  useChosenInUrl(store);

  return (
    <EditingContext value={editing}>
      <div className={classes.page}>
        <TopBar crew={crew} save={save} dirty={dirty}>
          <RunButton crew={crew} dirty={dirty} save={save} />
        </TopBar>
        <ConflictCard crew={crew} isBehind={isBehind && dirty} save={save} />
        {canDraw && <Parts />}
      </div>
      <Panels crew={crew} store={store} />
      <Palette save={save} />
    </EditingContext>
  );
}

/** Canvas and inspector side by side; on narrow windows the inspector comes up over the canvas. */
function Parts() {
  // Known at once: a canvas that begins without room complains.
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  const { node } = route.useSearch();
  const navigate = route.useNavigate();
  const [open, setOpen] = useState(false);
  const [shownFor, setShownFor] = useState<string>();
  if (node !== shownFor) {
    setShownFor(node);
    setOpen(node !== undefined);
  }
  if (!narrow) {
    return (
      <div className={classes.parts}>
        <Canvas />
        <aside className={classes.side}>
          <Inspector />
        </aside>
      </div>
    );
  }
  return (
    <div className={classes.parts}>
      <Canvas />
      <button type="button" className={classes.pull} onClick={() => setOpen(true)}>
        {node === undefined ? "Crew settings" : "Fields"}
      </button>
      <Drawer.Root opened={open} onClose={() => setOpen(false)} position="bottom" size="75%">
        <Drawer.Overlay />
        <Drawer.Content aria-label="Inspector">
          <Drawer.Body className={classes.drawer ?? ""}>
            <Inspector
              onClose={() => {
                setOpen(false);
                void navigate({
                  search: (before) => ({ ...before, node: undefined }),
                  replace: true,
                });
              }}
            />
          </Drawer.Body>
        </Drawer.Content>
      </Drawer.Root>
    </div>
  );
}

interface PanelsProps {
  crew: Schema<"CrewRead">;
  store: Editing["store"];
}

function Panels({ crew, store }: PanelsProps) {
  const { panel } = route.useSearch();
  const navigate = route.useNavigate();
  const close = () => void navigate({ search: (before) => ({ ...before, panel: undefined }) });
  return (
    <>
      <VersionsDrawer crew={crew} store={store} opened={panel === "history"} onClose={close} />
      <ApiDialog crew={crew} opened={panel === "api"} onClose={close} />
    </>
  );
}

function Palette({ save }: { save: ReturnType<typeof useSave> }) {
  useCrewPalette(save);
  return null;
}

function useLeaveWarning() {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (anyDirty()) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, []);
}

/** The chosen node stands in the URL, and a URL chooses a node. */
function useChosenInUrl(store: Editing["store"]) {
  const { node } = route.useSearch();
  const navigate = route.useNavigate();
  const selected = store((state) => state.selected);
  const chosen = selected.length === 1 ? selected[0] : undefined;

  useEffect(() => {
    const { graph, select, selected: now } = store.getState();
    if (node !== undefined && now.length === 0 && nodeOf(graph, node)) select([node]);
    // Only where the page begins: from then on the store leads.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [store]);
  useEffect(() => {
    if (chosen === store.getState().selected[0] || selected.length !== 1) {
      void navigate({ search: (before) => ({ ...before, node: chosen }), replace: true });
    }
  }, [chosen, selected.length, navigate, store]);
}
