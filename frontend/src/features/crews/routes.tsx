import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";

const crewsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/crews",
  component: lazyRouteComponent(() => import("@/features/crews/CrewsPage"), "CrewsPage"),
});

const crewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/crews/$id",
  component: lazyRouteComponent(() => import("@/features/crews/CrewPage"), "CrewPage"),
});

export const crewsRoutes = [crewsRoute, crewRoute] as const;
