import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";

const approvalsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/approvals",
  component: lazyRouteComponent(
    () => import("@/features/approvals/ApprovalsPage"),
    "ApprovalsPage",
  ),
});

export const approvalsRoutes = [approvalsRoute] as const;
