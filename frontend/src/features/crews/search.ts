export const PANELS = ["history", "api"] as const;
export type PanelName = (typeof PANELS)[number];

/** What stands open on the screen of a crew, as the URL has it. */
export interface CrewSearch {
  /** The chosen node: "agent/analyst". */
  node?: string;
  /** Of the inspector. */
  tab?: string;
  panel?: PanelName;
}

export function readCrewSearch(search: Record<string, unknown>): CrewSearch {
  const panel = PANELS.find((one) => one === search.panel);
  return {
    ...(typeof search.node === "string" ? { node: search.node } : {}),
    ...(typeof search.tab === "string" ? { tab: search.tab } : {}),
    ...(panel === undefined ? {} : { panel }),
  };
}

export interface CrewsSearch {
  q?: string;
}

export function readCrewsSearch({ q }: Record<string, unknown>): CrewsSearch {
  return typeof q === "string" && q !== "" ? { q: q.slice(0, 200) } : {};
}
