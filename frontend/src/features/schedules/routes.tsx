import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";

const schedulesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/schedules",
  component: lazyRouteComponent(
    () => import("@/features/schedules/SchedulesPage"),
    "SchedulesPage",
  ),
});

export const schedulesRoutes = [schedulesRoute] as const;
