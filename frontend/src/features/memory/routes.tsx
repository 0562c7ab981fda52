import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/root";
import { onlyIds } from "@/components/onlyIds";
import { readJobSearch, readRecordsSearch } from "@/features/memory/search";

const recordsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/memory",
  validateSearch: readRecordsSearch,
  component: lazyRouteComponent(() => import("@/features/memory/MemoryPage"), "MemoryPage"),
});

const healthRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/memory/health",
  validateSearch: ({ crew }: Record<string, unknown>) => {
    const search = readRecordsSearch({ crew });
    return search.crew === undefined ? {} : { crew: search.crew };
  },
  component: lazyRouteComponent(() => import("@/features/memory/HealthPage"), "HealthPage"),
});

const forgetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/memory/forget",
  validateSearch: readJobSearch,
  component: lazyRouteComponent(() => import("@/features/memory/ForgetPage"), "ForgetPage"),
});

const storageRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/memory/storage",
  component: lazyRouteComponent(() => import("@/features/memory/StoragePage"), "StoragePage"),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/memory/storage/setup",
  validateSearch: readJobSearch,
  component: lazyRouteComponent(() => import("@/features/memory/SetupPage"), "SetupPage"),
});

const backendRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/memory/storage/$id",
  beforeLoad: onlyIds,
  validateSearch: readJobSearch,
  component: lazyRouteComponent(() => import("@/features/memory/BackendPage"), "BackendPage"),
});

export const memoryRoutes = [
  recordsRoute,
  healthRoute,
  forgetRoute,
  storageRoute,
  setupRoute,
  backendRoute,
] as const;
