import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { makeStale } from "@/api/queries";
import { asProblem } from "@/api/problem";

const TRIES = 2;

/** Asked again: what may be mended by asking again. */
function mayPass(status: number): boolean {
  return status === 0 || status === 502 || status === 503 || status === 504;
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: signedOut }),
  mutationCache: new MutationCache({ onError: signedOut }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => {
        const problem = asProblem(error);
        return failures < TRIES && problem.code !== "page" && mayPass(problem.status);
      },
    },
  },
});

/** A token that has expired or was revoked: asking who we are shows the page to sign in. */
function signedOut(error: unknown): void {
  if (
    asProblem(error).signIn &&
    queryClient.getQueryState(["get", "/api/v1/me", {}])?.status !== "error"
  ) {
    void makeStale(queryClient, ["/api/v1/me"]);
  }
}
