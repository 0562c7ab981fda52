import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";

interface Options {
  count: number;
  heightPx: number;
  /** Index of the row that is open, -1 for none. */
  chosen: number;
  onChoose: (index: number) => void;
  /** Left (-1) and right (1) on the row that is open. */
  onSide?: (index: number, side: -1 | 1) => void;
}

/** Rows of one height, of which only those that can be seen are there; the arrows go through all of them. */
export function useRows({ count, heightPx, chosen, onChoose, onSide }: Options) {
  const room = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions stay in the component that asks
  const rows = useVirtualizer({
    count,
    getScrollElement: () => room.current,
    estimateSize: () => heightPx,
    overscan: 15,
  });
  const { scrollToIndex } = rows;
  useEffect(() => {
    if (chosen >= 0) scrollToIndex(chosen, { align: "auto" });
  }, [chosen, scrollToIndex]);

  function onKeyDown(event: React.KeyboardEvent) {
    const next = targetOf(event.key, chosen, count, Math.floor(300 / heightPx));
    const side = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (side !== 0 && chosen >= 0 && onSide !== undefined) onSide(chosen, side);
    else if (next !== undefined) onChoose(next);
    else return;
    event.preventDefault();
  }
  return { room, rows: rows.getVirtualItems(), totalPx: rows.getTotalSize(), onKeyDown };
}

function targetOf(key: string, at: number, count: number, page: number): number | undefined {
  if (count === 0) return undefined;
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  };
  const target = steps[key];
  return target === undefined ? undefined : Math.max(0, Math.min(count - 1, target));
}
