import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";
import { readToolsSearch } from "@/features/tools/search";

const toolsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tools",
  validateSearch: readToolsSearch,
  component: lazyRouteComponent(() => import("@/features/tools/ToolsPage"), "ToolsPage"),
});

export const toolsRoutes = [toolsRoute] as const;
