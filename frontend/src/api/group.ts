/** The group that requests are made for: undefined is the caller's own, which the server chooses. */
let acting: string | undefined;

export function actingGroup(): string | undefined {
  return acting;
}

/** True when it is another one than before. */
export function actFor(groupId: string | undefined): boolean {
  const changed = acting !== groupId;
  acting = groupId;
  return changed;
}

export function groupHeaders(): Record<string, string> {
  return headersFor(acting);
}

export function headersFor(group: string | undefined): Record<string, string> {
  return group === undefined ? {} : { "X-Group-Id": group };
}
