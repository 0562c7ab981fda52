import { useSyncExternalStore } from "react";

/** One clock for all that show a time: they all move on together. */
function clock(everyMs: number) {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  function tick() {
    now = Date.now();
    for (const listener of listeners) listener();
  }
  return {
    read: () => now,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      if (timer === undefined) {
        now = Date.now();
        timer = setInterval(tick, everyMs);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}

const slow = clock(15_000);
const fast = clock(200);

/** Milliseconds since 1970; moves every 15 s. */
export function useNow(): number {
  return useSyncExternalStore(slow.subscribe, slow.read);
}

/** As useNow, five times a second: for what runs. Stands still where `running` is false. */
export function useRunningNow(running: boolean): number {
  return useSyncExternalStore(running ? fast.subscribe : standStill, fast.read);
}

function standStill() {
  return () => undefined;
}
