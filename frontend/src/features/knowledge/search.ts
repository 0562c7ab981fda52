const ID = /^[0-9a-f-]{36}$/i;

export interface KnowledgeSearch {
  /** Passages are searched for where it is given, documents are listed otherwise. */
  q?: string;
  crew?: string;
}

export function readKnowledgeSearch(search: Record<string, unknown>): KnowledgeSearch {
  const found: KnowledgeSearch = {};
  if (typeof search.q === "string" && search.q.trim() !== "") found.q = search.q.trim();
  if (typeof search.crew === "string" && ID.test(search.crew)) found.crew = search.crew;
  return found;
}
