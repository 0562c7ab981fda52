import { useRef } from "react";

export interface Selection {
  keys: ReadonlySet<string>;
  onChange: (keys: ReadonlySet<string>) => void;
}

/** Takes one row in or out; with shift all from the one before to this one. */
export function useRangeSelect(keys: string[], selection: Selection | undefined) {
  const anchor = useRef(-1);
  return (index: number, event: Event) => {
    const key = keys[index];
    if (selection === undefined || key === undefined) return;
    const chosen = new Set(selection.keys);
    const takeIn = !chosen.has(key);
    const shift = "shiftKey" in event && event.shiftKey === true;
    const from = shift && anchor.current >= 0 ? anchor.current : index;
    for (const one of keys.slice(Math.min(from, index), Math.max(from, index) + 1)) {
      if (takeIn) chosen.add(one);
      else chosen.delete(one);
    }
    anchor.current = index;
    selection.onChange(chosen);
  };
}
