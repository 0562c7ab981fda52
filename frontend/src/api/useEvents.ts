import { useEffect, useState, useSyncExternalStore } from "react";
import { followEvents, type FollowState, type RunEvent } from "@/api/events";
import type { Problem } from "@/api/problem";

export const MAX_EVENTS = 25_000;
/** Who listens goes through all events each time: of a long log it is told less often. */
const LONG_LOG = 2_000;
const LONG_LOG_PAUSE_MS = 250;

export interface EventLog {
  /** Oldest first. A new array whenever something came, at most once a frame. */
  events: RunEvent[];
  /** How many of the oldest were let go: more than MAX_EVENTS are not held. */
  dropped: number;
  state: FollowState;
  problem: Problem | undefined;
}

const NOTHING: EventLog = { events: [], dropped: 0, state: "connecting", problem: undefined };

/** Holds the events of one execution, and tells who listens once for all that came within a frame. */
export class EventStore {
  private log = NOTHING;
  private waiting: RunEvent[] = [];
  private frame: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly maxEvents = MAX_EVENTS) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly read = (): EventLog => this.log;

  get lastSeq(): number {
    return (this.waiting.at(-1) ?? this.log.events.at(-1))?.seq ?? 0;
  }

  add(events: RunEvent[]): void {
    const known = this.lastSeq;
    this.waiting.push(...events.filter((event) => event.seq > known));
    if (this.log.events.length > LONG_LOG) {
      this.timer ??= setTimeout(() => this.flush(), LONG_LOG_PAUSE_MS);
    } else {
      this.frame ??= requestAnimationFrame(() => this.flush());
    }
  }

  setState(state: FollowState, problem?: Problem): void {
    if (state === "ended" || state === "failed") this.flush();
    this.publish({ ...this.log, state, problem });
  }

  flush(): void {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.length === 0) return;
    const all = this.log.events.concat(this.waiting);
    this.waiting = [];
    const tooMany = Math.max(0, all.length - this.maxEvents);
    const dropped = this.log.dropped + tooMany;
    this.publish({ ...this.log, events: tooMany > 0 ? all.slice(tooMany) : all, dropped });
  }

  private publish(log: EventLog): void {
    this.log = log;
    for (const listener of this.listeners) listener();
  }
}

/**
 * The events of an execution as they happen, from its first one. After a retry give `attempt` the new number:
 * the log goes on behind the last event that it has.
 */
export function useEvents(id: string, attempt = 1): EventLog {
  const [held, setHeld] = useState(() => ({ id, store: new EventStore() }));
  const current = held.id === id ? held : { id, store: new EventStore() };
  if (current !== held) setHeld(current);
  const { store } = current;
  useEffect(() => {
    const stop = new AbortController();
    const follower = {
      onEvents: (events: RunEvent[]) => store.add(events),
      onState: (state: FollowState, problem?: Problem) => store.setState(state, problem),
    };
    void followEvents(id, store.lastSeq, follower, stop.signal);
    return () => stop.abort();
  }, [id, attempt, store]);
  return useSyncExternalStore(store.subscribe, store.read);
}
