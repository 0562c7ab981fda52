import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";

const toolsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tools",
  component: lazyRouteComponent(() => import("@/features/tools/ToolsPage"), "ToolsPage"),
});

export const toolsRoutes = [toolsRoute] as const;
