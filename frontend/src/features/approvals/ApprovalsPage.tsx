import { Button, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Hand } from "lucide-react";
import { $api } from "@/api/client";
import { type Pages, usePages } from "@/api/queries";
import { DecisionPanel } from "@/components/approval/DecisionPanel";
import type { Approval } from "@/components/approval/words";
import { EmptyState } from "@/components/EmptyState";
import { ErrorCard } from "@/components/ErrorCard";
import { LinkTabs } from "@/components/LinkTabs";
import { Loaded } from "@/components/Loaded";
import { Loading } from "@/components/Loading";
import { LoadMore } from "@/components/LoadMore";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { ApprovalList } from "@/features/approvals/ApprovalList";
import classes from "@/features/approvals/Approvals.module.css";
import { nextAfter } from "@/features/approvals/inbox";
import { readApprovalsSearch } from "@/features/approvals/search";

const route = getRouteApi("/approvals");

const TABS = [
  { value: "pending", label: "To decide" },
  { value: "approved", label: "Approved" },
  { value: "revised", label: "Sent back" },
  { value: "rejected", label: "Rejected" },
  { value: "expired", label: "Expired" },
  { value: "any", label: "All" },
];

export function ApprovalsPage() {
  const { status = "pending", id } = route.useSearch();
  const navigate = route.useNavigate();
  const pages = usePages("/api/v1/approvals", {
    filters: status === "any" ? {} : { status },
    everyMs: 4_000,
  });
  const open = id ?? (status === "pending" ? pages.items[0]?.id : undefined);

  function afterDecision(decided: Approval) {
    if (status !== "pending") return;
    const ids = pages.items.map((one) => one.id);
    const next = nextAfter(ids, decided.id);
    void navigate({ search: ({ group }) => ({ group, ...(next && { id: next }) }) });
  }

  return (
    <Page fill>
      <PageHeader title="Approvals" description="Questions that runs wait for" />
      <LinkTabs label="Which questions">
        {TABS.map(({ value, label }) => (
          <Link
            key={value}
            to="/approvals"
            search={readApprovalsSearch({ status: value })}
            activeOptions={{ exact: true }}
            aria-current={status === value ? "page" : undefined}
          >
            {label}
            {value === "pending" && status === "pending" && count(pages)}
          </Link>
        ))}
      </LinkTabs>
      <Body
        pages={pages}
        status={status}
        open={open}
        chosen={id !== undefined}
        onDecided={afterDecision}
      />
    </Page>
  );
}

function count(pages: Pages<Approval>): string {
  if (pages.items.length === 0) return "";
  return ` · ${pages.items.length}${pages.hasMore ? "+" : ""}`;
}

interface BodyProps {
  pages: Pages<Approval>;
  status: string;
  open: string | undefined;
  /** By the URL: narrow screens show one thing at a time. */
  chosen: boolean;
  onDecided: (approval: Approval) => void;
}

function Body({ pages, status, open, chosen, onDecided }: BodyProps) {
  if (pages.isPending) return <Loading what="Reading the approvals" />;
  if (pages.error != null && pages.items.length === 0) {
    return <ErrorCard error={pages.error} onRetry={pages.retry} />;
  }
  if (pages.items.length === 0 && open === undefined) return <Nothing status={status} />;
  return (
    <div className={classes.room} data-open={chosen}>
      <div className={classes.list}>
        <ApprovalList items={pages.items} open={open} />
        {pages.items.length === 0 && <Text c="dimmed">Nothing else waits.</Text>}
        <LoadMore pages={pages} />
      </div>
      <div className={classes.open}>
        <Link
          from="/approvals"
          to="/approvals"
          search={({ status: kept }) => ({ status: kept })}
          className={classes.back ?? ""}
        >
          ← All questions
        </Link>
        {open === undefined ? (
          <Text c="dimmed">Choose a question to see what was decided about it.</Text>
        ) : (
          <Open id={open} takesFocus={chosen} onDecided={onDecided} />
        )}
      </div>
    </div>
  );
}

interface OpenProps {
  id: string;
  takesFocus: boolean;
  onDecided: (approval: Approval) => void;
}

function Open({ id, takesFocus, onDecided }: OpenProps) {
  const query = $api.useQuery("get", "/api/v1/approvals/{id}", { params: { path: { id } } });
  return (
    <Loaded query={query} what="Reading the question">
      {(approval) => (
        <DecisionPanel approval={approval} takesFocus={takesFocus} onDecided={onDecided} />
      )}
    </Loaded>
  );
}

function Nothing({ status }: { status: string }) {
  if (status !== "pending" && status !== "any") {
    return (
      <EmptyState icon={Hand} title="No question ended this way">
        Questions that were decided are kept here with who decided, when, and what they were shown.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Hand}
      title="Nobody waits for you"
      action={
        <Button component={Link} to="/crews" variant="default">
          Open a crew
        </Button>
      }
    >
      Where a task asks for approval, or a tool is set to ask, its run waits and the question
      appears here. Switch it on in a task of a crew, under Guard.
    </EmptyState>
  );
}
