/** What the page shows, as the URL has it. */
export interface ToolsSearch {
  tab?: "mcp";
  /** The tool or server that is open, by its id; "new" for a server. */
  open?: string;
}

export function readToolsSearch(search: Record<string, unknown>): ToolsSearch {
  const found: ToolsSearch = {};
  if (search.tab === "mcp") found.tab = search.tab;
  if (typeof search.open === "string") found.open = search.open;
  return found;
}
