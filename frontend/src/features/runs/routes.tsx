import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";
import { onlyIds } from "@/components/onlyIds";
import { readCompareSearch, readRunSearch, readRunsSearch } from "@/features/runs/search";

const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs",
  validateSearch: readRunsSearch,
  component: lazyRouteComponent(() => import("@/features/runs/RunsPage"), "RunsPage"),
});

const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/$id",
  beforeLoad: onlyIds,
  validateSearch: readRunSearch,
  component: lazyRouteComponent(() => import("@/features/runs/RunPage"), "RunPage"),
});

const compareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/compare",
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import("@/features/runs/ComparePage"), "ComparePage"),
});

export const runsRoutes = [runsRoute, compareRoute, runRoute] as const;
