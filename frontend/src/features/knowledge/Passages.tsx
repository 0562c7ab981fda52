import { Text } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { SearchX } from "lucide-react";
import { $api } from "@/api/client";
import type { Schema } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import classes from "@/features/knowledge/Knowledge.module.css";
import { markedParts } from "@/features/knowledge/marks";

interface Props {
  query: string;
  crew: string | undefined;
}

/** What the documents say about it, as a crew would find it. */
export function Passages({ query, crew }: Props) {
  const found = $api.useQuery(
    "post",
    "/api/v1/knowledge/search",
    { body: { query, limit: 20, crew_id: crew ?? null } },
    { placeholderData: keepPreviousData },
  );
  return (
    <section className={classes.results} aria-label="Passages">
      <Loaded query={found} what="Searching the documents">
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={SearchX} title="Nothing found">
              No document that is ready says anything near this.
            </EmptyState>
          ) : (
            <ol className={classes.hits}>
              {items.map((hit) => (
                <Passage key={`${hit.document_id} ${hit.chunk_index}`} hit={hit} query={query} />
              ))}
            </ol>
          )
        }
      </Loaded>
    </section>
  );
}

function Passage({ hit, query }: { hit: Schema<"KnowledgeHit">; query: string }) {
  return (
    <li className={classes.hit}>
      <Text fw={500} span>
        {hit.title}
      </Text>
      <Text size="xs" c="dimmed">
        {hit.section !== "" && `${hit.section} · `}passage {hit.chunk_index + 1} · fits{" "}
        {Math.round(hit.score * 100)} %
      </Text>
      <p>
        {markedParts(hit.text, query).map((part, index) =>
          part.marked ? <mark key={index}>{part.text}</mark> : part.text,
        )}
      </p>
    </li>
  );
}
