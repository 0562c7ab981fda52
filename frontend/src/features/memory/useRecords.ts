import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { $api } from "@/api/client";
import { type Pages, usePages } from "@/api/queries";
import type { Schema } from "@/api/types";
import type { MemoryRecord } from "@/features/memory/provenance";
import type { RecordsSearch } from "@/features/memory/search";

export interface ListedRecord {
  record: MemoryRecord;
  /** Of what a search found. */
  found?: Schema<"MemoryFound">;
}

const PAGE = 200;
const MOST_FOUND = 50;
const NOTHING: ListedRecord[] = [];

/** All records in the store's order, or what a search found, the best first. */
export function useRecords({ type, crew, q }: RecordsSearch): Pages<ListedRecord> {
  const searching = q !== undefined;
  const list = usePages("/api/v1/memory/records", {
    filters: {
      ...(type === undefined ? {} : { type }),
      ...(crew === undefined ? {} : { crew_id: crew }),
    },
    limit: PAGE,
    enabled: !searching,
  });
  const search = $api.useQuery(
    "post",
    "/api/v1/memory/search",
    {
      body: {
        query: q ?? "",
        limit: MOST_FOUND,
        types: type === undefined ? null : [type],
        crew_id: crew ?? null,
      },
    },
    { enabled: searching, placeholderData: keepPreviousData },
  );
  // The same objects as long as nothing comes: rows that did not change are not drawn anew.
  const listed = useMemo(() => list.items.map((record) => ({ record })), [list.items]);
  const hits = search.data?.items;
  const found = useMemo(() => hits?.map((one) => ({ record: one.record, found: one })), [hits]);
  if (!searching) return { ...list, items: listed };
  return {
    items: found ?? NOTHING,
    isPending: search.isPending,
    error: search.error,
    hasMore: false,
    isLoadingMore: false,
    loadMore: () => undefined,
    retry: () => void search.refetch(),
  };
}
