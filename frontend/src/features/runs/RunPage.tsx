import { useMediaQuery } from "@mantine/hooks";
import { getRouteApi } from "@tanstack/react-router";
import { DecisionPanel } from "@/components/approval/DecisionPanel";
import { ErrorCard } from "@/components/ErrorCard";
import { LinkButton } from "@/components/LinkButton";
import { Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { RunActions } from "@/features/runs/page/RunActions";
import { RunError } from "@/features/runs/page/RunError";
import { RunBeside, RunFigures } from "@/features/runs/page/RunFigures";
import { RunGraph } from "@/features/runs/page/RunGraph";
import { RunTabs } from "@/features/runs/page/RunTabs";
import { useRun } from "@/features/runs/page/useRun";
import classes from "@/features/runs/RunPage.module.css";
import { shortId } from "@/lib/format";

const route = getRouteApi("/runs/$id");

export function RunPage() {
  const { id } = route.useParams();
  return <RunScreen key={id} id={id} />;
}

function RunScreen({ id }: { id: string }) {
  const view = useRun(id);
  const wide = useMediaQuery("(min-width: 62em)", true);
  const { run, picture, questions } = view;
  const question = questions[0];
  return (
    <Page fill={wide}>
      <PageHeader
        title={run === undefined ? "Run" : `${run.run_name ?? run.crew_name} · run ${shortId(id)}`}
        parent={{ to: "/runs", label: "Runs" }}
        beside={run && <RunBeside run={run} />}
        description={run && <RunFigures run={run} />}
        actions={run && <RunActions run={run} plan={view.plan} />}
      />
      {view.error !== null && (
        <ErrorCard
          error={view.error}
          onRetry={view.retry}
          action={
            <LinkButton to="/runs" size="xs" variant="default">
              See all runs
            </LinkButton>
          }
        />
      )}
      {run === undefined && view.error === null && <Loading what="Reading the run" />}
      {run !== undefined && (
        <div className={classes.body}>
          <div className={classes.side}>
            {picture === undefined ? (
              <Loading what="Reading what it was told to do" />
            ) : (
              <RunGraph picture={picture} />
            )}
          </div>
          <div className={classes.main}>
            {question !== undefined && (
              <div className={classes.question}>
                <DecisionPanel key={question.id} approval={question} inRun onDecided={view.retry} />
              </div>
            )}
            {run.error !== null && <RunError run={run} tasks={view.tasks} plan={view.plan} />}
            <RunTabs view={view} run={run} />
          </div>
        </div>
      )}
    </Page>
  );
}
