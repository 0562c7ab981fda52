import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";
import { readRunsSearch } from "@/features/runs/search";

const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs",
  validateSearch: readRunsSearch,
  component: lazyRouteComponent(() => import("@/features/runs/RunsPage"), "RunsPage"),
});

const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/$id",
  component: lazyRouteComponent(() => import("@/features/runs/RunPage"), "RunPage"),
});

export const runsRoutes = [runsRoute, runRoute] as const;
