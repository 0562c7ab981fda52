import "@xyflow/react/dist/style.css";
import {
  applyNodeChanges,
  Background,
  BackgroundVariant,
  type Connection,
  ConnectionMode,
  Controls,
  type Edge,
  type EdgeChange,
  MarkerType,
  type NodeChange,
  Panel,
  ReactFlow,
  useReactFlow,
} from "@xyflow/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { AgentNode } from "@/features/crews/canvas/AgentNode";
import classes from "@/features/crews/canvas/Canvas.module.css";
import { EmptyCanvas } from "@/features/crews/canvas/EmptyCanvas";
import { flowEdges, type FlowNode, flowNodes } from "@/features/crews/canvas/flow";
import { TaskNode } from "@/features/crews/canvas/TaskNode";
import { Toolbar } from "@/features/crews/canvas/Toolbar";
import { useCanvasKeys } from "@/features/crews/canvas/useCanvasKeys";
import { useEditing } from "@/features/crews/drawing";
import { connected, disconnected, withoutNodes } from "@/features/crews/model/edits";
import type { Place } from "@/features/crews/model/graph";
import { moved } from "@/features/crews/model/layout";

const NODE_TYPES = { agent: AgentNode, task: TaskNode };
const ARROW = { type: MarkerType.ArrowClosed, width: 16, height: 16 };
const EDGE_DEFAULTS = { markerEnd: ARROW };
const FIT = { padding: 0.16, maxZoom: 1 };
const DELETE_KEYS = ["Delete", "Backspace"];

/** Agents and tasks as nodes: a line from an agent says who does it, one from a task what is read. */
export function Canvas() {
  const { store, troubles, mayEdit } = useEditing();
  const graph = store((state) => state.graph);
  const selected = store((state) => state.selected);
  const { edit, select } = store.getState();
  const [nodes, setNodes] = useState<FlowNode[]>(() => flowNodes(graph, troubles, selected, []));
  const [chosenEdges, setChosenEdges] = useState<ReadonlySet<string>>(new Set());
  const [edges, setEdges] = useState<Edge[]>(() => flowEdges(graph, chosenEdges, []));
  const room = useRef<HTMLDivElement>(null);
  useCanvasKeys(room);
  useFitOnce(room);

  const [drawn, setDrawn] = useState({ graph, troubles, selected, chosenEdges });
  if (drawn.graph !== graph || drawn.chosenEdges !== chosenEdges) {
    setEdges((before) => flowEdges(graph, chosenEdges, before));
  }
  if (drawn.graph !== graph || drawn.troubles !== troubles || drawn.selected !== selected) {
    setNodes((before) => flowNodes(graph, troubles, selected, before));
  }
  if (
    drawn.graph !== graph ||
    drawn.troubles !== troubles ||
    drawn.selected !== selected ||
    drawn.chosenEdges !== chosenEdges
  ) {
    setDrawn({ graph, troubles, selected, chosenEdges });
  }

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const chosen = changes.filter((change) => change.type === "select");
      if (chosen.length > 0) {
        const ids = new Set(store.getState().selected);
        for (const change of chosen) ids[change.selected ? "add" : "delete"](change.id);
        select([...ids]);
      }
      const placed = new Map<string, Place>();
      for (const change of changes) {
        if (change.type === "position" && change.dragging === false && change.position) {
          placed.set(change.id, rounded(change.position));
        }
      }
      setNodes((before) => applyNodeChanges(changes.filter(isShown), before));
      if (placed.size > 0) edit((before) => moved(before, placed), "places");
    },
    [edit, select, store],
  );

  const onEdgesChange = useCallback((changes: EdgeChange[]) => {
    const chosen = changes.filter((change) => change.type === "select");
    if (chosen.length === 0) return;
    setChosenEdges((before) => {
      const ids = new Set(before);
      for (const change of chosen) ids[change.selected ? "add" : "delete"](change.id);
      return ids;
    });
  }, []);

  const onConnect = useCallback(
    ({ source, target }: Connection) =>
      edit((before) => connected(before, source, target) ?? before),
    [edit],
  );
  const mayConnect = useCallback(
    ({ source, target }: Connection | Edge) =>
      connected(store.getState().graph, source, target) !== undefined,
    [store],
  );
  const onDelete = useCallback(
    (gone: { nodes: FlowNode[]; edges: Edge[] }) => {
      const ids = new Set(gone.nodes.map((node) => node.id));
      edit((before) =>
        gone.edges.reduce(
          (left, { source, target }) => disconnected(left, source, target),
          withoutNodes(before, ids),
        ),
      );
      select(store.getState().selected.filter((id) => !ids.has(id)));
    },
    [edit, select, store],
  );

  return (
    <div className={classes.canvas} ref={room} role="region" aria-label="Canvas">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={onConnect}
        isValidConnection={mayConnect}
        onDelete={onDelete}
        defaultEdgeOptions={EDGE_DEFAULTS}
        connectionMode={ConnectionMode.Strict}
        connectionRadius={32}
        nodesDraggable={mayEdit}
        nodesConnectable={mayEdit}
        deleteKeyCode={mayEdit ? DELETE_KEYS : null}
        multiSelectionKeyCode={["Meta", "Control", "Shift"]}
        fitView
        fitViewOptions={FIT}
        minZoom={0.1}
        maxZoom={2}
        onlyRenderVisibleElements={graph.agents.length + graph.tasks.length > 60}
      >
        <Background variant={BackgroundVariant.Dots} gap={16} size={1} />
        <Controls showInteractive={false} fitViewOptions={FIT} position="bottom-right" />
        {mayEdit && (
          <Panel position="bottom-left">
            <Toolbar />
          </Panel>
        )}
      </ReactFlow>
      {nodes.length === 0 && mayEdit && <EmptyCanvas />}
    </div>
  );
}

/** Choosing is kept in the store, which draws it. */
function isShown(change: NodeChange<FlowNode>): boolean {
  return change.type !== "select" && change.type !== "remove";
}

function rounded({ x, y }: Place): Place {
  return { x: Math.round(x), y: Math.round(y) };
}

/** Fits again when the room first gets its size, which a drawer or the rail may change. */
function useFitOnce(room: React.RefObject<HTMLDivElement | null>) {
  const { fitView } = useReactFlow();
  useEffect(() => {
    const element = room.current;
    if (element === null) return;
    let width = element.clientWidth;
    const watch = new ResizeObserver(() => {
      if (Math.abs(element.clientWidth - width) < 40) return;
      width = element.clientWidth;
      void fitView(FIT);
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [room, fitView]);
}
