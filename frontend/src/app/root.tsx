import { createRootRoute, retainSearchParams } from "@tanstack/react-router";
import { actFor } from "@/api/group";
import { NotFound } from "@/app/NotFound";
import { queryClient } from "@/app/queryClient";
import { RouteError } from "@/app/RouteError";
import { Shell } from "@/app/Shell";

interface RootSearch {
  /** The group that is acted for, where it is not the caller's own. */
  group?: string;
}

const GROUP_ID = /^[0-9a-f-]{36}$/i;

export const rootRoute = createRootRoute({
  validateSearch: (search: Record<string, unknown>): RootSearch =>
    typeof search.group === "string" && GROUP_ID.test(search.group) ? { group: search.group } : {},
  search: { middlewares: [retainSearchParams(["group"])] },
  beforeLoad: ({ search }) => {
    // Nothing of one group is ever shown in another.
    if (actFor(search.group)) queryClient.clear();
  },
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: RouteError,
});
