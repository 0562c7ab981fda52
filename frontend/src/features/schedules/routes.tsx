import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";
import { readSchedulesSearch } from "@/features/schedules/search";

const schedulesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/schedules",
  validateSearch: readSchedulesSearch,
  component: lazyRouteComponent(
    () => import("@/features/schedules/SchedulesPage"),
    "SchedulesPage",
  ),
});

export const schedulesRoutes = [schedulesRoute] as const;
