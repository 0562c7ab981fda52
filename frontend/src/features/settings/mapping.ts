/** Inputs of a trigger, one `input = expression` a line. */
export function mappingOf(text: string): { mapping: Record<string, string>; problem?: string } {
  const mapping = new Map<string, string>();
  for (const line of text.split("\n").map((one) => one.trim())) {
    if (line === "") continue;
    const at = line.indexOf("=");
    const name = line.slice(0, at).trim();
    const expression = line.slice(at + 1).trim();
    if (at < 1 || name === "" || expression === "") {
      return {
        mapping: Object.fromEntries(mapping),
        problem: `Expected "input = expression" a line, got "${line.slice(0, 30)}"`,
      };
    }
    mapping.set(name, expression);
  }
  return { mapping: Object.fromEntries(mapping) };
}

export function mappingText(mapping: Record<string, string>): string {
  return Object.entries(mapping)
    .map(([name, expression]) => `${name} = ${expression}`)
    .join("\n");
}
