import { getRouteApi, Link } from "@tanstack/react-router";
import { LinkTabs } from "@/components/LinkTabs";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";
import { AddServer, Servers } from "@/features/tools/Servers";
import { Tools } from "@/features/tools/Tools";

const route = getRouteApi("/tools");
const PARTS = [
  { part: undefined, label: "Tools" },
  { part: "mcp", label: "MCP servers" },
] as const;

export function ToolsPage() {
  const { tab } = route.useSearch();
  return (
    <Page fill>
      <PageHeader
        title="Tools & MCP"
        description="What agents may use beside their model"
        actions={tab === "mcp" ? <AddServer /> : undefined}
      />
      <LinkTabs label="Parts of Tools & MCP">
        {PARTS.map(({ part, label }) => (
          <Link
            key={label}
            to="/tools"
            search={part === undefined ? {} : { tab: part }}
            activeOptions={{ exact: true }}
            aria-current={tab === part ? "page" : undefined}
          >
            {label}
          </Link>
        ))}
      </LinkTabs>
      {tab === "mcp" ? <Servers /> : <Tools />}
    </Page>
  );
}
