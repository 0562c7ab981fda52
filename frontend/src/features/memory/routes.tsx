import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";

const memoryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/memory",
  component: lazyRouteComponent(() => import("@/features/memory/MemoryPage"), "MemoryPage"),
});

export const memoryRoutes = [memoryRoute] as const;
