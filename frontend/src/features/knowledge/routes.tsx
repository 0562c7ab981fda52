import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";

const knowledgeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/knowledge",
  component: lazyRouteComponent(
    () => import("@/features/knowledge/KnowledgePage"),
    "KnowledgePage",
  ),
});

export const knowledgeRoutes = [knowledgeRoute] as const;
