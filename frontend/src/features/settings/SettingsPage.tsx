import { getRouteApi, Link } from "@tanstack/react-router";
import { LinkTabs } from "@/components/LinkTabs";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { Health } from "@/features/settings/Health";
import { Limits } from "@/features/settings/Limits";
import { Members } from "@/features/settings/Members";
import { OutputSchemas } from "@/features/settings/OutputSchemas";
import { PARTS } from "@/features/settings/search";
import { Triggers } from "@/features/settings/Triggers";
import { Webhooks } from "@/features/settings/Webhooks";

const route = getRouteApi("/settings");

export function SettingsPage() {
  const { tab } = route.useSearch();
  return (
    <Page>
      <PageHeader
        title="Settings"
        description="This group: its members, what it may use, who hears of it"
      />
      <LinkTabs label="Parts of Settings">
        {PARTS.map(({ part, label }) => (
          <Link
            key={label}
            to="/settings"
            search={part === undefined ? {} : { tab: part }}
            activeOptions={{ exact: true }}
            aria-current={tab === part ? "page" : undefined}
          >
            {label}
          </Link>
        ))}
      </LinkTabs>
      {tab === undefined && <Limits />}
      {tab === "members" && <Members />}
      {tab === "webhooks" && <Webhooks />}
      {tab === "triggers" && <Triggers />}
      {tab === "schemas" && <OutputSchemas />}
      {tab === "health" && <Health />}
    </Page>
  );
}
