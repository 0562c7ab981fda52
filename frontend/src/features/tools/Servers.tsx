import { Button, Modal, Stack, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Plug } from "lucide-react";
import { useState } from "react";
import { $api } from "@/api/client";
import { useMay } from "@/api/me";
import { usePages } from "@/api/queries";
import { type Column, CursorTable } from "@/components/CursorTable";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { StatusBadge } from "@/components/StatusBadge";
import { effectOf } from "@/features/tools/effects";
import { type Server, ServerForm } from "@/features/tools/ServerForm";
import { ServerTest } from "@/features/tools/ServerTest";

const route = getRouteApi("/tools");

const COLUMNS: Column<Server>[] = [
  {
    key: "name",
    header: "Server",
    render: (server) => (
      <>
        <Link from="/tools" to="/tools" search={{ tab: "mcp", open: server.id }}>
          {server.name}
        </Link>
        <Text size="xs" c="dimmed">
          {server.url}
        </Text>
      </>
    ),
  },
  {
    key: "effect",
    header: "Calls",
    width: 170,
    wide: true,
    render: (server) => effectOf(server.side_effect).label,
  },
  {
    key: "on",
    header: "Use",
    width: 100,
    render: (server) => <StatusBadge status={server.enabled ? "on" : "off"} />,
  },
];

export function Servers() {
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const pages = usePages("/api/v1/mcp-servers");
  const [fresh, setFresh] = useState<string>();
  const show = (id: string | undefined) =>
    void navigate({ search: ({ group }) => ({ group, tab: "mcp", ...(id && { open: id }) }) });
  return (
    <>
      <CursorTable
        label="MCP servers"
        pages={pages}
        columns={COLUMNS}
        rowKey={(server) => server.id}
        rowHeight={58}
        empty={
          <EmptyState icon={Plug} title="No MCP server yet" action={<AddServer />}>
            A server that speaks the Model Context Protocol lends its tools to your agents. Its
            address and, where it wants one, a secret header are enough.
          </EmptyState>
        }
      />
      <Modal
        opened={open !== undefined}
        onClose={() => show(undefined)}
        title={open === "new" ? "Add an MCP server" : "MCP server"}
        size="lg"
      >
        {open === "new" && (
          <ServerForm
            server={undefined}
            onDone={(id) => {
              setFresh(id);
              show(id);
            }}
          />
        )}
        {open !== undefined && open !== "new" && (
          <Open id={open} isFresh={open === fresh} onDone={() => show(undefined)} />
        )}
      </Modal>
    </>
  );
}

interface OpenProps {
  id: string;
  /** Just added: tested at once. */
  isFresh: boolean;
  onDone: () => void;
}

function Open({ id, isFresh, onDone }: OpenProps) {
  const may = useMay("admin");
  const query = $api.useQuery("get", "/api/v1/mcp-servers/{id}", { params: { path: { id } } });
  return (
    <Loaded query={query} what="Reading the server">
      {(server) => (
        <Stack gap="md">
          {may && <ServerTest server={server} atOnce={isFresh} />}
          <ServerForm key={server.version} server={server} onDone={onDone} />
        </Stack>
      )}
    </Loaded>
  );
}

export function AddServer() {
  const may = useMay("admin");
  if (!may) return null;
  return (
    <Button
      renderRoot={(props) => <Link to="/tools" search={{ tab: "mcp", open: "new" }} {...props} />}
    >
      Add an MCP server
    </Button>
  );
}
