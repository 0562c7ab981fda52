import "@xyflow/react/dist/style.css";
import {
  Background,
  BackgroundVariant,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from "@xyflow/react";
import { useMantineColorScheme } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { memo, useMemo } from "react";
import { Elapsed } from "@/components/Elapsed";
import { StatusBadge } from "@/components/StatusBadge";
import { BOX, type Box, type Picture, placesOf } from "@/features/runs/model/graph";
import classes from "@/features/runs/page/RunGraph.module.css";
import page from "@/features/runs/RunPage.module.css";

type BoxNode = Node<Box & Record<string, unknown>, "box">;

const route = getRouteApi("/runs/$id");
const TYPES = { box: memo(BoxView) };

/** The tasks of a run and what reads what, coloured by how they are. Only to be looked at. */
export function RunGraph({ picture }: { picture: Picture }) {
  const { colorScheme } = useMantineColorScheme();
  const shape = picture.boxes.map(({ key }) => key).join("\n");
  // Placed once: how a task is changes all the time, where it stands does not.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const places = useMemo(() => placesOf(picture), [shape]);
  const nodes = useMemo(
    () =>
      picture.boxes.map((box): BoxNode => ({
        id: box.key,
        type: "box",
        position: places.get(box.key) ?? { x: 0, y: 0 },
        width: BOX.width,
        height: BOX.height,
        data: { ...box },
      })),
    [picture, places],
  );
  const edges = useMemo(() => edgesOf(picture), [picture]);
  return (
    <section className={page.graph} aria-label="Tasks">
      <div className={classes.room}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={TYPES}
          colorMode={colorScheme === "auto" ? "system" : colorScheme}
          fitView
          fitViewOptions={{ maxZoom: 1, minZoom: 0.4, padding: 0.12 }}
          minZoom={0.1}
          maxZoom={1.5}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          zoomOnScroll={false}
          preventScrolling={false}
        >
          <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
          <Controls showInteractive={false} />
        </ReactFlow>
      </div>
    </section>
  );
}

function edgesOf({ boxes, lines }: Picture): Edge[] {
  const running = new Set(boxes.filter(({ status }) => status === "RUNNING").map(({ key }) => key));
  return lines.map(({ from, to }) => ({
    id: `${from} ${to}`,
    source: from,
    target: to,
    animated: running.has(to),
    markerEnd: { type: MarkerType.ArrowClosed },
  }));
}

function BoxView({ data: box }: NodeProps<BoxNode>) {
  const chosen = route.useSearch({ select: ({ task }) => task === box.key });
  const moves = box.status === "RUNNING" || box.status === "WAITING_FOR_APPROVAL";
  return (
    <div className={classes.box} data-status={box.status} data-chosen={chosen}>
      <Handle type="target" position={Position.Top} className={classes.handle ?? ""} />
      <BoxTitle box={box} />
      <span className={classes.subtitle}>{box.subtitle}</span>
      <span className={classes.row}>
        <StatusBadge status={box.status} />
        {(moves || box.finishedAt !== null) && <Elapsed from={box.startedAt} to={box.finishedAt} />}
      </span>
      <span className={classes.row}>
        {box.recalled > 0 && <Chip box={box} words={`◇ recalled ${box.recalled}`} />}
        {box.saved > 0 && <Chip box={box} words={`◆ saved ${box.saved}`} />}
      </span>
      <Handle type="source" position={Position.Bottom} className={classes.handle ?? ""} />
    </div>
  );
}

function BoxTitle({ box }: { box: Box }) {
  const className = `${classes.title ?? ""} nopan`;
  if (box.runId !== undefined) {
    return (
      <Link to="/runs/$id" params={{ id: box.runId }} className={className} title={box.title}>
        {box.title}
      </Link>
    );
  }
  return (
    <Link
      from="/runs/$id"
      to="."
      search={(before) => ({ ...before, tab: "answer" as const, task: box.key })}
      className={className}
      title={box.title}
    >
      {box.title}
    </Link>
  );
}

function Chip({ box, words }: { box: Box; words: string }) {
  return (
    <Link
      from="/runs/$id"
      to="."
      search={(before) => ({ ...before, tab: "memory" as const, task: box.key })}
      className={`${classes.chip ?? ""} nopan`}
    >
      {words}
    </Link>
  );
}
