import { groupHeaders } from "@/api/group";
import { asProblem, Problem } from "@/api/problem";
import { FrameReader } from "@/api/sse";
import type { Schema } from "@/api/types";

export type RunEvent = Schema<"EventRead">;

export type FollowState = "connecting" | "open" | "reconnecting" | "ended" | "failed";

export interface Follower {
  onEvents: (events: RunEvent[]) => void;
  onState: (state: FollowState, problem?: Problem) => void;
}

const LAST = new Set(["execution_completed", "execution_failed", "execution_cancelled"]);
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Every event of an execution after `after`, once and in order, until it has ended or `signal` says stop.
 * The server closes a stream after 100 s; the next one goes on behind the last event that came.
 */
export async function followEvents(
  id: string,
  after: number,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  let last = after;
  let pauseMs = FIRST_PAUSE_MS;
  follower.onState("connecting");
  while (!signal.aborted) {
    try {
      const ended = await readStream(id, last, signal, follower, (seq) => {
        last = seq;
        pauseMs = FIRST_PAUSE_MS;
      });
      if (ended) {
        follower.onState("ended");
        return;
      }
    } catch (error) {
      if (isAborted(signal)) return;
      const problem = asProblem(error);
      if (isFinal(problem)) {
        follower.onState("failed", problem);
        return;
      }
      follower.onState("reconnecting", problem);
      await pause(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }
}

/** Asked anew: it may have been aborted while something was awaited. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** What asking again does not mend. */
function isFinal(problem: Problem): boolean {
  return problem.code === "page" || [400, 401, 403, 404, 422].includes(problem.status);
}

async function readStream(
  id: string,
  after: number,
  signal: AbortSignal,
  follower: Follower,
  onSeq: (seq: number) => void,
): Promise<boolean> {
  const response = await globalThis.fetch(`/api/v1/executions/${id}/events/stream?after=${after}`, {
    headers: { Accept: "text/event-stream", ...groupHeaders() },
    credentials: "same-origin",
    signal,
  });
  if (!response.ok) throw await Problem.from(response);
  if (response.body === null) throw new TypeError("network: the stream has no body");
  follower.onState("open");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const frames = new FrameReader();
  let type = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return LAST.has(type);
    const events = frames.push(value).map((frame) => JSON.parse(frame.data) as RunEvent);
    const newest = events.at(-1);
    if (newest === undefined) continue;
    type = newest.type;
    onSeq(newest.seq);
    follower.onEvents(events);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
