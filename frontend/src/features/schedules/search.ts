/** What the page shows, as the URL has it. */
export interface SchedulesSearch {
  /** The schedule that is open, or "new". */
  open?: string;
  /** Its form in place of what it does. */
  edit?: true;
}

export function readSchedulesSearch(search: Record<string, unknown>): SchedulesSearch {
  const found: SchedulesSearch = {};
  if (typeof search.open === "string") found.open = search.open;
  if (search.edit === true) found.edit = true;
  return found;
}
