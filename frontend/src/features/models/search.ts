/** What the page shows, as the URL has it. */
export interface ModelsSearch {
  tab?: "models" | "keys";
  /** The model that is edited, or "new". */
  edit?: string;
}

export function readModelsSearch(search: Record<string, unknown>): ModelsSearch {
  const found: ModelsSearch = {};
  if (search.tab === "models" || search.tab === "keys") found.tab = search.tab;
  if (typeof search.edit === "string") found.edit = search.edit;
  return found;
}
