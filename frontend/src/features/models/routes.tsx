import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";
import { readModelsSearch } from "@/features/models/search";

const modelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/models",
  validateSearch: readModelsSearch,
  component: lazyRouteComponent(() => import("@/features/models/ModelsPage"), "ModelsPage"),
});

export const modelsRoutes = [modelsRoute] as const;
