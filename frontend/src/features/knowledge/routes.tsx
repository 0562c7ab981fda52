import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";
import { readKnowledgeSearch } from "@/features/knowledge/search";

const knowledgeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/knowledge",
  validateSearch: readKnowledgeSearch,
  component: lazyRouteComponent(
    () => import("@/features/knowledge/KnowledgePage"),
    "KnowledgePage",
  ),
});

export const knowledgeRoutes = [knowledgeRoute] as const;
