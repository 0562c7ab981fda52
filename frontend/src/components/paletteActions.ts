import { useEffect } from "react";
import { create } from "zustand";

export interface PaletteAction {
  id: string;
  label: string;
  /** The keys that do the same: "Ctrl+Z". */
  keys?: string;
  onChoose: () => void;
}

interface Offered {
  group: string;
  actions: PaletteAction[];
}

/** What the screen that is open adds to the palette (⌘K). */
export const useOffered = create<Offered>()(() => ({ group: "", actions: [] }));

/** Offers these while the screen is open. Keep the array the same as long as it says the same. */
export function usePaletteActions(group: string, actions: PaletteAction[]): void {
  useEffect(() => {
    useOffered.setState({ group, actions });
    return () => useOffered.setState({ group: "", actions: [] });
  }, [group, actions]);
}
