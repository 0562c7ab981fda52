import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followEvents, type FollowState, type RunEvent } from "@/api/events";
import { FrameReader } from "@/api/sse";
import { EventStore } from "@/api/useEvents";

const answer = vi.fn<(url: string) => Promise<Response>>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", answer);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  answer.mockReset();
});

function event(seq: number, type = "log"): RunEvent {
  return { seq, type, at: "2026-01-01T00:00:00Z", span_id: "s", data: {} };
}

function frame(one: RunEvent): string {
  return `id: ${one.seq}\nevent: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`;
}

function stream(...events: RunEvent[]): Promise<Response> {
  return Promise.resolve(new Response(`: open\n\n${events.map(frame).join("")}`));
}

async function follow(after = 0) {
  const seqs: number[] = [];
  const states: FollowState[] = [];
  const done = followEvents(
    "x",
    after,
    {
      onEvents: (events) => seqs.push(...events.map(({ seq }) => seq)),
      onState: (state) => states.push(state),
    },
    new AbortController().signal,
  );
  await vi.runAllTimersAsync();
  await done;
  return { seqs, states, urls: answer.mock.calls.map(([url]) => url) };
}

test("frames are read however the stream is cut", () => {
  const whole = `: open\n\n${frame(event(1))}: heartbeat\n\n${frame(event(2))}`;
  for (const size of [1, 7, 1000]) {
    const reader = new FrameReader();
    const ids: string[] = [];
    for (let at = 0; at < whole.length; at += size) {
      ids.push(...reader.push(whole.slice(at, at + size)).map(({ id }) => id));
    }
    expect(ids).toEqual(["1", "2"]);
  }
});

test("a stream that closes goes on behind its last event, until the execution has ended", async () => {
  answer.mockImplementationOnce(() => stream(event(1), event(2)));
  answer.mockImplementationOnce(() => stream(event(3, "execution_completed")));
  const { seqs, states, urls } = await follow();
  expect(seqs).toEqual([1, 2, 3]);
  expect(urls.map((url) => url.split("after=")[1])).toEqual(["0", "2"]);
  expect(states.at(-1)).toBe("ended");
  expect(states).not.toContain("reconnecting");
});

test("a server that is away is asked again, and nothing is lost", async () => {
  answer.mockImplementationOnce(() => stream(event(1)));
  answer.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  answer.mockImplementationOnce(() => stream(event(2, "execution_failed")));
  const { seqs, states } = await follow();
  expect(seqs).toEqual([1, 2]);
  expect(states).toContain("reconnecting");
});

test("what is not there is not asked for again", async () => {
  answer.mockResolvedValue(new Response("", { status: 404 }));
  const { states, urls } = await follow();
  expect(states.at(-1)).toBe("failed");
  expect(urls).toHaveLength(1);
});

test("the log keeps the newest events and says how many it let go", () => {
  const store = new EventStore(3);
  store.add([event(1), event(2)]);
  store.add([event(2), event(3), event(4), event(5)]);
  store.flush();
  expect(store.read().events.map(({ seq }) => seq)).toEqual([3, 4, 5]);
  expect(store.read().dropped).toBe(2);
  expect(store.lastSeq).toBe(5);
});
