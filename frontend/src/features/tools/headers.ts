/** Headers as people write them, one `Name: value` a line. */
export function headersOf(text: string): { headers: Record<string, string>; problem?: string } {
  const headers: Record<string, string> = {};
  for (const line of text.split("\n").map((one) => one.trim())) {
    if (line === "") continue;
    const [, name, value] = /^([A-Za-z][A-Za-z0-9-]*)\s*:\s*(.+)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      return { headers, problem: `Expected "Name: value" a line, got "${line.slice(0, 20)}"` };
    }
    headers[name] = value;
  }
  return { headers };
}
