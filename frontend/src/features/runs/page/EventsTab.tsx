import { ActionIcon, Group, Select, Text, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { Search, X } from "lucide-react";
import { memo, useCallback, useDeferredValue, useMemo } from "react";
import type { RunEvent } from "@/api/events";
import type { EventLog } from "@/api/useEvents";
import { ErrorCard } from "@/components/ErrorCard";
import { JsonView } from "@/components/JsonView";
import { Loading } from "@/components/Loading";
import { summaryOf } from "@/features/runs/model/payloads";
import { kindOf, type SpanKind, words } from "@/features/runs/model/spans";
import { kindWord } from "@/features/runs/page/SpanIcon";
import classes from "@/features/runs/page/Trace.module.css";
import { useRows } from "@/features/runs/page/useRows";
import { compact } from "@/lib/compact";
import { formatDuration, formatExact, formatNumber } from "@/lib/format";

const route = getRouteApi("/runs/$id");
const ROW_PX = 28;
const FILTERS: SpanKind[] = [
  "run",
  "task",
  "llm",
  "tool",
  "memory",
  "knowledge",
  "guardrail",
  "approval",
  "note",
];

/** Every event as it came, however many. */
export function EventsTab({ log }: { log: EventLog }) {
  const { kind, q = "", event: seq } = route.useSearch();
  const navigate = route.useNavigate();
  const { events } = log;
  const wanted = useDeferredValue(q).toLowerCase();
  const shown = useMemo(
    () => events.filter((event) => isWanted(event, kind, wanted)),
    [events, kind, wanted],
  );
  const open = shown.find((event) => event.seq === seq);
  const begun = events[0] === undefined ? 0 : Date.parse(events[0].at);

  const set = useCallback(
    (changes: { kind?: SpanKind | null; q?: string; event?: number | null }) =>
      void navigate({
        search: (before) => compact({ ...before, ...changes }),
        replace: true,
      }),
    [navigate],
  );
  const choose = useCallback((event: number) => set({ event }), [set]);

  return (
    <>
      <Group gap="xs">
        <Select
          size="xs"
          w={150}
          aria-label="Kind of event"
          placeholder="All kinds"
          clearable
          data={FILTERS.map((value) => ({ value, label: kindWord(value) }))}
          value={kind ?? null}
          onChange={(value) => set({ kind: value })}
        />
        <TextInput
          size="xs"
          flex={1}
          miw={120}
          aria-label="Find in events"
          placeholder="Find in events"
          leftSection={<Search size={14} aria-hidden />}
          value={q}
          onChange={(change) => set({ q: change.currentTarget.value })}
        />
        <Text size="xs" c="dimmed" className="tabular" role="status">
          {formatNumber(shown.length)} of {formatNumber(events.length + log.dropped)}
          {log.state === "reconnecting" && " · connecting again"}
        </Text>
      </Group>
      {log.state === "failed" && <ErrorCard error={log.problem} />}
      {events.length === 0 && log.state !== "failed" ? (
        <Loading what="Reading the events" />
      ) : (
        <EventRows events={shown} begun={begun} chosen={seq} onChoose={choose} />
      )}
      {open !== undefined && (
        <section className={classes.detail} aria-label={`Event ${open.seq}`}>
          <Group justify="space-between" wrap="nowrap">
            <Text size="xs" c="dimmed">
              {open.type} · {formatExact(open.at)}
            </Text>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Close the event"
              onClick={() => set({ event: null })}
            >
              <X size={16} aria-hidden />
            </ActionIcon>
          </Group>
          <JsonView value={open} open={3} />
        </section>
      )}
    </>
  );
}

function isWanted(event: RunEvent, kind: SpanKind | undefined, wanted: string): boolean {
  if (kind !== undefined && kindOf(event.type) !== kind) return false;
  if (wanted === "") return true;
  return `${event.type} ${words(event.type)} ${event.task ?? ""} ${summaryOf(event)}`
    .toLowerCase()
    .includes(wanted);
}

interface EventRowsProps {
  events: RunEvent[];
  begun: number;
  chosen: number | undefined;
  onChoose: (seq: number) => void;
}

function EventRows({ events, begun, chosen, onChoose }: EventRowsProps) {
  const index = chosen === undefined ? -1 : events.findIndex(({ seq }) => seq === chosen);
  const { room, rows, totalPx, onKeyDown } = useRows({
    count: events.length,
    heightPx: ROW_PX,
    chosen: index,
    onChoose: (at) => {
      const event = events[at];
      if (event !== undefined) onChoose(event.seq);
    },
  });
  return (
    <div
      ref={room}
      className={classes.room}
      data-split={index >= 0}
      role="listbox"
      aria-label="Events"
      tabIndex={0}
      aria-activedescendant={index >= 0 ? `event-${index}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div className={classes.canvas} style={{ height: totalPx }} role="presentation">
        {rows.map(({ index: at, start }) => {
          const event = events[at];
          if (event === undefined) return null;
          return (
            <EventLine
              key={event.seq}
              id={`event-${at}`}
              event={event}
              begun={begun}
              top={start}
              isChosen={at === index}
              onChoose={onChoose}
            />
          );
        })}
      </div>
    </div>
  );
}

interface EventLineProps {
  id: string;
  event: RunEvent;
  begun: number;
  top: number;
  isChosen: boolean;
  onChoose: (seq: number) => void;
}

const EventLine = memo(function EventLine(props: EventLineProps) {
  const { id, event, begun, top, isChosen, onChoose } = props;
  return (
    // The list above takes the keys: it is what has the focus.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="option"
      aria-selected={isChosen}
      className={classes.event}
      style={{ transform: `translateY(${top}px)`, height: ROW_PX }}
      onClick={() => onChoose(event.seq)}
    >
      <span className={classes.figure}>{event.seq}</span>
      <span className={`${classes.figure ?? ""} ${classes.wide ?? ""}`}>
        +{formatDuration(Date.parse(event.at) - begun)}
      </span>
      <span className={classes.text}>
        {words(event.type)}
        {event.task != null && <span className={classes.aside}> {event.task}</span>}
      </span>
      <span className={`${classes.text ?? ""} ${classes.wide ?? ""} ${classes.aside ?? ""}`}>
        {summaryOf(event)}
      </span>
    </div>
  );
});
