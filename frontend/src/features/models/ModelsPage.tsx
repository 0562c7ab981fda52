import { getRouteApi, Link } from "@tanstack/react-router";
import { LinkTabs } from "@/components/LinkTabs";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { AddModel, Models } from "@/features/models/Models";
import { OtherKeys } from "@/features/models/OtherKeys";
import { Providers } from "@/features/models/Providers";

const route = getRouteApi("/models");
const PARTS = [
  { part: undefined, label: "Providers" },
  { part: "models", label: "Models" },
  { part: "keys", label: "All keys" },
] as const;

export function ModelsPage() {
  const { tab } = route.useSearch();
  return (
    <Page fill={tab === "models"}>
      <PageHeader
        title="Models & keys"
        description="What agents think with, and the keys for it"
        actions={<AddModel />}
      />
      <LinkTabs label="Parts of Models & keys">
        {PARTS.map(({ part, label }) => (
          <Link
            key={label}
            to="/models"
            search={part === undefined ? {} : { tab: part }}
            activeOptions={{ exact: true }}
            aria-current={tab === part ? "page" : undefined}
          >
            {label}
          </Link>
        ))}
      </LinkTabs>
      {tab === undefined && <Providers />}
      {tab === "models" && <Models />}
      {tab === "keys" && <OtherKeys />}
    </Page>
  );
}
