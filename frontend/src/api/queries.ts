import {
  type InfiniteData,
  type QueryClient,
  useInfiniteQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "@/api/client";
import type { FiltersOf, ItemOf, ListPath, PlaceOf } from "@/api/types";

interface Page<Item> {
  items: Item[];
  next_cursor?: string | null;
}

export interface Pages<Item> {
  /** All that is loaded, in the server's order. */
  items: Item[];
  isPending: boolean;
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
}

interface PagesOptions<Path extends ListPath> {
  /** Fields that are undefined are left out. */
  filters?: FiltersOf<Path>;
  place?: PlaceOf<Path>;
  /** Of one page, 1 to 200. */
  limit?: number;
  /** Asks again so often; only while the page can be seen. */
  everyMs?: number | false;
  enabled?: boolean;
}

/** A cursor-paged list: `usePages("/api/v1/executions", { filters: { status } })`. */
export function usePages<Path extends ListPath>(
  path: Path,
  options: PagesOptions<Path> = {},
): Pages<ItemOf<Path>> {
  const { filters, place, limit = 50, everyMs = false, enabled = true } = options;
  const query = useInfiniteQuery({
    queryKey: ["get", path, { filters, place, limit }, "pages"],
    queryFn: async ({ pageParam, signal }) => {
      const params = { query: { ...filters, limit, cursor: pageParam }, path: place };
      // The path's own type fits all of it; TypeScript cannot see that for a path that is a parameter.
      const answer = await api.GET(path as "/api/v1/crews", { params, signal } as never);
      return answer.data as unknown as Page<ItemOf<Path>>;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: ({ state }) => isShort(state.data) && everyMs,
    refetchOnWindowFocus: ({ state }) => isShort(state.data),
    enabled,
  });
  const items = useMemo(() => flat(query.data), [query.data]);
  return {
    items,
    isPending: query.isPending,
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
}

/** Reading a list anew reads every page of it: of one that somebody has scrolled far down, that is not done by itself. */
const MOST_LIVE_PAGES = 4;

function isShort(data: InfiniteData<unknown> | undefined): boolean {
  return (data?.pages.length ?? 0) <= MOST_LIVE_PAGES;
}

function flat<Item>(data: InfiniteData<Page<Item>> | undefined): Item[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}

/** Reads everything below these paths anew: `await stale("/api/v1/crews")` after a change to a crew. */
export function useStale(): (...paths: string[]) => Promise<void> {
  const client = useQueryClient();
  return useMemo(
    () =>
      (...paths: string[]) =>
        makeStale(client, paths),
    [client],
  );
}

export function makeStale(client: QueryClient, paths: string[]): Promise<void> {
  return client.invalidateQueries({
    predicate: ({ queryKey }) => {
      const path = queryKey[1];
      return typeof path === "string" && paths.some((prefix) => path.startsWith(prefix));
    },
  });
}
