import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";
import { onlyIds } from "@/components/onlyIds";
import { readCrewSearch, readCrewsSearch } from "@/features/crews/search";

const crewsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/crews",
  validateSearch: readCrewsSearch,
  component: lazyRouteComponent(() => import("@/features/crews/gallery/CrewsPage"), "CrewsPage"),
});

const crewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/crews/$id",
  beforeLoad: onlyIds,
  validateSearch: readCrewSearch,
  component: lazyRouteComponent(() => import("@/features/crews/CrewPage"), "CrewPage"),
});

export const crewsRoutes = [crewsRoute, crewRoute] as const;
