import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";
import { readApprovalsSearch } from "@/features/approvals/search";

const approvalsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/approvals",
  validateSearch: readApprovalsSearch,
  component: lazyRouteComponent(
    () => import("@/features/approvals/ApprovalsPage"),
    "ApprovalsPage",
  ),
});

export const approvalsRoutes = [approvalsRoute] as const;
