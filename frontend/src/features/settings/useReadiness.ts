import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";

/** `GET /health/ready`. That it is not ready is an answer (503), and the reasons are in it. */
export function useReadiness() {
  return useQuery({
    queryKey: ["get", "/health/ready"],
    queryFn: async () => {
      try {
        const answer = await api.GET("/health/ready");
        return { reasons: answer.data?.reasons ?? [] };
      } catch (error) {
        const problem = asProblem(error);
        if (problem.status !== 503) throw error;
        return {
          reasons: ["The server says that it is not ready; `kasal doctor` has the reasons"],
        };
      }
    },
    refetchInterval: 10_000,
    retry: false,
  });
}
