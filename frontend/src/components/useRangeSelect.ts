import { useCallback, useLayoutEffect, useRef } from "react";

export interface Selection {
  keys: ReadonlySet<string>;
  onChange: (keys: ReadonlySet<string>) => void;
}

/**
 * Takes one row in or out; with shift all from the one before to this one. What it gives stays the same function, so that
 * rows need not be drawn anew.
 */
export function useRangeSelect<Item>(
  items: Item[],
  rowKey: (item: Item) => string,
  selection: Selection | undefined,
) {
  const anchor = useRef(-1);
  const latest = useRef({ items, rowKey, selection });
  useLayoutEffect(() => {
    latest.current = { items, rowKey, selection };
  });
  return useCallback((index: number, event: Event) => {
    const { items: all, rowKey: keyOf, selection: chosenNow } = latest.current;
    const item = all[index];
    if (chosenNow === undefined || item === undefined) return;
    const chosen = new Set(chosenNow.keys);
    const takeIn = !chosen.has(keyOf(item));
    const shift = "shiftKey" in event && event.shiftKey === true;
    const from = shift && anchor.current >= 0 ? anchor.current : index;
    for (const one of all.slice(Math.min(from, index), Math.max(from, index) + 1)) {
      if (takeIn) chosen.add(keyOf(one));
      else chosen.delete(keyOf(one));
    }
    anchor.current = index;
    chosenNow.onChange(chosen);
  }, []);
}
