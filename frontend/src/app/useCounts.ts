import { $api } from "@/api/client";

const MOST = 100;

/** What the rail counts. Asked for while the page can be seen. */
export function useCounts(): { running: string | undefined; approvals: string | undefined } {
  const limits = $api.useQuery("get", "/api/v1/limits", {}, { refetchInterval: 4_000 });
  const approvals = $api.useQuery(
    "get",
    "/api/v1/approvals",
    { params: { query: { status: "pending", limit: MOST } } },
    { refetchInterval: 8_000, select: (page) => page.items.length },
  );
  return { running: shown(limits.data?.running), approvals: shown(approvals.data) };
}

function shown(count: number | undefined): string | undefined {
  if (count === undefined || count === 0) return undefined;
  return count >= MOST ? `${MOST - 1}+` : String(count);
}
