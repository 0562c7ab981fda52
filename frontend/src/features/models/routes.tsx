import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";

const modelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/models",
  component: lazyRouteComponent(() => import("@/features/models/ModelsPage"), "ModelsPage"),
});

export const modelsRoutes = [modelsRoute] as const;
