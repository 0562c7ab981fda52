import { Tabs } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { Run } from "@/features/runs/model/live";
import { AnswerTab } from "@/features/runs/page/AnswerTab";
import { EventsTab } from "@/features/runs/page/EventsTab";
import { InputsTab } from "@/features/runs/page/InputsTab";
import { MemoryTab } from "@/features/runs/page/MemoryTab";
import { TraceTab } from "@/features/runs/page/TraceTab";
import type { RunView } from "@/features/runs/page/useRun";
import classes from "@/features/runs/RunPage.module.css";
import { TABS, type Tab } from "@/features/runs/search";

const route = getRouteApi("/runs/$id");
const NAMES: Record<Tab, string> = {
  answer: "Answer",
  trace: "Trace",
  events: "Events",
  memory: "Memory",
  inputs: "Inputs",
};

export function RunTabs({ view, run }: { view: RunView; run: Run }) {
  const { tab = "answer" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Tabs
      value={tab}
      onChange={(next) =>
        void navigate({ search: (before) => ({ ...before, tab: next as Tab }), replace: true })
      }
      keepMounted={false}
      className={classes.tabs ?? ""}
    >
      <Tabs.List className={classes.list ?? ""} aria-label="Parts of the run">
        {TABS.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {NAMES[one]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="answer" className={classes.panel ?? ""}>
        <AnswerTab view={view} run={run} />
      </Tabs.Panel>
      <Tabs.Panel value="trace" className={classes.fixed ?? ""}>
        <TraceTab log={view.log} />
      </Tabs.Panel>
      <Tabs.Panel value="events" className={classes.fixed ?? ""}>
        <EventsTab log={view.log} />
      </Tabs.Panel>
      <Tabs.Panel value="memory" className={classes.panel ?? ""}>
        <MemoryTab view={view} run={run} />
      </Tabs.Panel>
      <Tabs.Panel value="inputs" className={classes.panel ?? ""}>
        <InputsTab run={run} plan={view.plan} />
      </Tabs.Panel>
    </Tabs>
  );
}
