import { Group, Select, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { ChevronDown, ChevronRight } from "lucide-react";
import { memo, useCallback, useMemo, useState } from "react";
import type { EventLog } from "@/api/useEvents";
import { Loading } from "@/components/Loading";
import {
  attemptsOf,
  findSpan,
  rowsOf,
  scaleOf,
  type Span,
  type SpanRow,
  spanTree,
  usageOf,
} from "@/features/runs/model/spans";
import { SpanDetail } from "@/features/runs/page/SpanDetail";
import { SpanIcon } from "@/features/runs/page/SpanIcon";
import classes from "@/features/runs/page/Trace.module.css";
import { useRows } from "@/features/runs/page/useRows";
import { compact } from "@/lib/compact";
import { formatDuration, formatShort } from "@/lib/format";
import { useRunningNow } from "@/lib/useNow";

const route = getRouteApi("/runs/$id");
const ROW_PX = 30;

/** Everything a run did: what within what, when, and for how long. */
export function TraceTab({ log }: { log: EventLog }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { events } = log;
  const attempts = useMemo(() => attemptsOf(events), [events]);
  const number = Math.min(search.attempt ?? attempts.length, attempts.length);
  const roots = useMemo(() => spanTree(attempts[number - 1] ?? []), [attempts, number]);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => rowsOf(roots, closed), [roots, closed]);
  const open = useMemo(() => findSpan(roots, search.span), [roots, search.span]);

  const choose = useCallback(
    (id: string | undefined) =>
      void navigate({
        search: (before) => compact({ ...before, span: id }),
        replace: true,
      }),
    [navigate],
  );
  const toggle = useCallback((id: string, isClosed: boolean) => {
    setClosed((before) => {
      const next = new Set(before);
      if (isClosed) next.add(id);
      else next.delete(id);
      return next;
    });
  }, []);

  if (events.length === 0) return <Loading what="Reading the events" />;

  return (
    <>
      {attempts.length > 1 && (
        <Group gap="xs">
          <Select
            size="xs"
            w={160}
            aria-label="Attempt"
            data={attempts.map((_, index) => ({
              value: String(index + 1),
              label: `Attempt ${index + 1} of ${attempts.length}`,
            }))}
            value={String(number)}
            allowDeselect={false}
            onChange={(value) =>
              void navigate({ search: (before) => ({ ...before, attempt: Number(value) }) })
            }
          />
          {log.dropped > 0 && (
            <Text size="xs" c="dimmed">
              The oldest {log.dropped} events are not shown.
            </Text>
          )}
        </Group>
      )}
      <Waterfall
        rows={rows}
        closed={closed}
        chosen={open?.id}
        onChoose={choose}
        onToggle={toggle}
      />
      {open !== undefined && <SpanDetail span={open} onClose={() => choose(undefined)} />}
    </>
  );
}

interface WaterfallProps {
  rows: SpanRow[];
  closed: ReadonlySet<string>;
  chosen: string | undefined;
  onChoose: (id: string) => void;
  onToggle: (id: string, isClosed: boolean) => void;
}

function Waterfall({ rows, closed, chosen, onChoose, onToggle }: WaterfallProps) {
  const index = useMemo(() => rows.findIndex(({ span }) => span.id === chosen), [rows, chosen]);
  const {
    room,
    rows: seen,
    totalPx,
    onKeyDown,
  } = useRows({
    count: rows.length,
    heightPx: ROW_PX,
    chosen: index,
    onChoose: (at) => {
      const row = rows[at];
      if (row !== undefined) onChoose(row.span.id);
    },
    onSide: (at, side) => {
      const row = rows[at];
      if (row !== undefined && row.span.children.length > 0) onToggle(row.span.id, side < 0);
    },
  });
  const known = useMemo(() => scaleOf(rows), [rows]);
  const now = useRunningNow(known.open);
  const from = known.from;
  const to = Math.max(known.from + 1, known.to, known.open ? now : 0);
  return (
    <div
      ref={room}
      className={classes.room}
      data-split={chosen !== undefined}
      role="tree"
      aria-label="Trace"
      tabIndex={0}
      aria-activedescendant={index >= 0 ? `span-${index}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div className={classes.canvas} style={{ height: totalPx }} role="presentation">
        {seen.map(({ index: at, start }) => {
          const row = rows[at];
          if (row === undefined) return null;
          return (
            <Line
              key={row.span.id}
              id={`span-${at}`}
              row={row}
              top={start}
              from={from}
              to={to}
              end={row.span.endMs ?? now}
              isClosed={closed.has(row.span.id)}
              isChosen={at === index}
              onChoose={onChoose}
              onToggle={onToggle}
            />
          );
        })}
      </div>
    </div>
  );
}

interface LineProps {
  id: string;
  row: SpanRow;
  top: number;
  /** Of the whole picture. */
  from: number;
  to: number;
  /** Of the span; now while it lasts. */
  end: number;
  isClosed: boolean;
  isChosen: boolean;
  onChoose: (id: string) => void;
  onToggle: (id: string, isClosed: boolean) => void;
}

const Line = memo(function Line(props: LineProps) {
  const { id, row, top, from, to, end, isClosed, isChosen, onChoose, onToggle } = props;
  const { span, depth } = row;
  const hasMore = span.children.length > 0;
  const Chevron = isClosed ? ChevronRight : ChevronDown;
  const { tokens } = usageOf(span);
  return (
    // The tree above takes the keys: it is what has the focus.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={hasMore ? !isClosed : undefined}
      aria-selected={isChosen}
      className={classes.row}
      style={{ transform: `translateY(${top}px)`, height: ROW_PX }}
      onClick={() => onChoose(span.id)}
    >
      <span className={classes.name} style={{ paddingInlineStart: depth * 16 }}>
        {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
        <span
          className={classes.toggle}
          onClick={(event) => {
            event.stopPropagation();
            if (hasMore) onToggle(span.id, !isClosed);
          }}
        >
          {hasMore && <Chevron size={14} aria-hidden />}
        </span>
        <SpanIcon kind={span.kind} className={classes.icon} />
        <span className={classes.text} title={span.name}>
          {span.name}
        </span>
        {span.state !== "ok" && <State span={span} />}
      </span>
      <span className={classes.lane} aria-hidden>
        <span
          className={classes.bar}
          data-kind={span.kind}
          data-state={span.state}
          style={{
            insetInlineStart: `${share(span.startMs, from, to)}%`,
            width: `${Math.max(0, share(end, from, to) - share(span.startMs, from, to))}%`,
          }}
        />
      </span>
      <span className={classes.figure}>{formatDuration(end - span.startMs)}</span>
      <span className={`${classes.figure ?? ""} ${classes.tokens ?? ""}`}>
        {tokens > 0 && `${formatShort(tokens)} tok`}
      </span>
    </div>
  );
});

function State({ span }: { span: Span }) {
  return (
    <Text
      span
      size="xs"
      className={span.state === "failed" ? (classes.failed ?? "") : ""}
      c="dimmed"
    >
      {span.state}
    </Text>
  );
}

function share(at: number, from: number, to: number): number {
  return ((at - from) / (to - from)) * 100;
}
