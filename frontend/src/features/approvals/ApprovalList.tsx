import { Link } from "@tanstack/react-router";
import { type Approval, subjectOf, WORDS } from "@/components/approval/words";
import { RelativeTime } from "@/components/RelativeTime";
import { StatusBadge } from "@/components/StatusBadge";
import classes from "@/features/approvals/Approvals.module.css";
import { previewOf } from "@/features/approvals/inbox";
import { shortId } from "@/lib/format";

/** Each question as a link: what is asked, about what, since when. */
export function ApprovalList({ items, open }: { items: Approval[]; open: string | undefined }) {
  return (
    <ul className={classes.items} aria-label="Questions">
      {items.map((approval) => (
        <li key={approval.id}>
          <Link
            from="/approvals"
            to="/approvals"
            search={({ status }) => ({ status, id: approval.id })}
            className={classes.item ?? ""}
            aria-current={approval.id === open}
          >
            <span className={classes.first}>
              <span className={classes.name}>{subjectOf(approval)}</span>
              <span className={classes.small}>
                <RelativeTime at={approval.created_at} />
              </span>
            </span>
            <span className={classes.preview}>{previewOf(approval)}</span>
            <span className={classes.first}>
              <span className={classes.small}>
                {WORDS[approval.kind].question} · {approval.run_name ?? approval.crew_name} ·{" "}
                {shortId(approval.execution_id)}
              </span>
              {approval.status !== "pending" && <StatusBadge status={approval.status} />}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
