import { Link } from "@tanstack/react-router";
import { LinkTabs } from "@/components/LinkTabs";
import { Page } from "@/components/Page";
import { PageHeader } from "@/components/PageHeader";

interface Props {
  children: React.ReactNode;
  actions?: React.ReactNode;
  fill?: boolean;
}

const EXACT = { exact: true, includeSearch: false };
const WITHIN = { includeSearch: false };

/** What all parts of Memory have in common. */
export function MemoryFrame({ children, actions, fill = false }: Props) {
  return (
    <Page fill={fill}>
      <PageHeader
        title="Memory"
        description="What crews remember from run to run"
        actions={actions}
      />
      <LinkTabs label="Parts of Memory">
        <Link to="/memory" activeOptions={EXACT}>
          Records
        </Link>
        <Link to="/memory/health" activeOptions={WITHIN}>
          Health
        </Link>
        <Link to="/memory/forget" activeOptions={WITHIN}>
          Forget
        </Link>
        <Link to="/memory/storage" activeOptions={WITHIN}>
          Storage
        </Link>
      </LinkTabs>
      {children}
    </Page>
  );
}
