export interface Part {
  text: string;
  marked: boolean;
}

const SHORTEST = 3;

/** The text cut where words of the question stand in it, in whatever case. */
export function markedParts(text: string, query: string): Part[] {
  const words = query.match(/[\p{L}\p{N}]+/gu)?.filter((word) => word.length >= SHORTEST) ?? [];
  if (words.length === 0) return [{ text, marked: false }];
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${words.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index), marked: false });
    parts.push({ text: match[0], marked: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), marked: false });
  return parts;
}
