export const PARTS = [
  { part: undefined, label: "Limits & use" },
  { part: "members", label: "Members" },
  { part: "webhooks", label: "Webhooks" },
  { part: "triggers", label: "Triggers" },
  { part: "schemas", label: "Output schemas" },
  { part: "health", label: "Health" },
] as const;

type Part = Exclude<(typeof PARTS)[number]["part"], undefined>;

/** What the page shows, as the URL has it. */
export interface SettingsSearch {
  tab?: Part;
  /** The row that is open, or "new". */
  open?: string;
}

export function readSettingsSearch(search: Record<string, unknown>): SettingsSearch {
  const found: SettingsSearch = {};
  const part = PARTS.find((one) => one.part !== undefined && one.part === search.tab)?.part;
  if (part !== undefined) found.tab = part;
  if (typeof search.open === "string") found.open = search.open;
  return found;
}
