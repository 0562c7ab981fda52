import { Link } from "@tanstack/react-router";
import { $api } from "@/api/client";
import { type Approval, onExpiry, shownText } from "@/components/approval/words";
import { Facts } from "@/components/Facts";
import { RelativeTime } from "@/components/RelativeTime";
import { shortId } from "@/lib/format";

/** Who asks, in which run, and until when. */
export function Provenance({ approval, inRun }: { approval: Approval; inRun: boolean }) {
  const { data: run } = $api.useQuery("get", "/api/v1/executions/{id}", {
    params: { path: { id: approval.execution_id } },
  });
  const waits = approval.status === "pending";
  return (
    <Facts
      of={[
        [
          "Run",
          inRun ? null : (
            <>
              <Link to="/runs/$id" params={{ id: approval.execution_id }}>
                {run?.run_name ?? run?.crew_name ?? "Run"} · {shortId(approval.execution_id)}
              </Link>
              {run !== undefined && <> started by {run.created_by}</>}
            </>
          ),
        ],
        ["Attempt", run === undefined || run.attempt < 2 ? null : run.attempt],
        [approval.kind === "gate" ? "Gate" : "Task", approval.task],
        ["Agent", shownText(approval, "agent")],
        ["Asked", <RelativeTime key="asked" at={approval.created_at} />],
        ["Decided by", approval.role === "operator" ? "any member" : roleWords(approval.role)],
        [
          "Expires",
          !waits || approval.expires_at === null ? null : (
            <>
              <RelativeTime at={approval.expires_at} />, {onExpiry(approval)}
            </>
          ),
        ],
      ]}
    />
  );
}

function roleWords(role: Approval["role"]): string {
  return role === "admin" ? "admins" : "editors and admins";
}
