import { createRoute, createRouter, redirect } from "@tanstack/react-router";
import { NotFound } from "@/app/NotFound";
import { rootRoute } from "@/app/root";
import { RouteError } from "@/app/RouteError";
import { Loading } from "@/components/Loading";
import { approvalsRoutes } from "@/features/approvals/routes";
import { exampleToBeginWith } from "@/features/crews/firstVisit";
import { crewsRoutes } from "@/features/crews/routes";
import { knowledgeRoutes } from "@/features/knowledge/routes";
import { memoryRoutes } from "@/features/memory/routes";
import { modelsRoutes } from "@/features/models/routes";
import { runsRoutes } from "@/features/runs/routes";
import { schedulesRoutes } from "@/features/schedules/routes";
import { settingsRoutes } from "@/features/settings/routes";
import { toolsRoutes } from "@/features/tools/routes";

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: async () => {
    const id = await exampleToBeginWith().catch(() => undefined);
    if (id === undefined) throw redirect({ to: "/crews", replace: true });
    throw redirect({ to: "/crews/$id", params: { id }, replace: true });
  },
});

const routeTree = rootRoute.addChildren([
  indexRoute,
  ...crewsRoutes,
  ...runsRoutes,
  ...approvalsRoutes,
  ...memoryRoutes,
  ...knowledgeRoutes,
  ...schedulesRoutes,
  ...modelsRoutes,
  ...toolsRoutes,
  ...settingsRoutes,
]);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NotFound,
  defaultPendingComponent: () => <Loading what="Opening the screen" />,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
