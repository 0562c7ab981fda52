import { Spotlight, type SpotlightActionData, spotlight } from "@mantine/spotlight";
import { useNavigate } from "@tanstack/react-router";
import { CirclePlay, Search, Users, Zap } from "lucide-react";
import { $api } from "@/api/client";
import { SECTIONS } from "@/app/sections";
import { VEIL } from "@/app/theme";
import { useOffered } from "@/components/paletteActions";
import { shortId } from "@/lib/format";

export const openPalette = spotlight.open;

/** ⌘K: every section, crew and recent run by a few letters. */
export function Palette() {
  const navigate = useNavigate();
  const query = { params: { query: { limit: 100 } } };
  const crews = $api.useQuery("get", "/api/v1/crews", query, { staleTime: 30_000 });
  const runs = $api.useQuery(
    "get",
    "/api/v1/executions",
    { params: { query: { limit: 20 } } },
    { staleTime: 30_000 },
  );

  const offered = useOffered();

  const here: SpotlightActionData[] = offered.actions.map(({ id, label, keys, onChoose }) => ({
    id: `here ${id}`,
    label,
    ...(keys === undefined ? {} : { description: keys }),
    leftSection: <Zap size={18} aria-hidden />,
    onClick: onChoose,
  }));
  const places: SpotlightActionData[] = SECTIONS.map(({ to, label, about, icon: Icon }) => ({
    id: to,
    label,
    description: about,
    leftSection: <Icon size={18} aria-hidden />,
    onClick: () => void navigate({ to }),
  }));
  const found: SpotlightActionData[] = (crews.data?.items ?? []).map((crew) => ({
    id: crew.id,
    label: crew.name,
    description: "Crew",
    leftSection: <Users size={18} aria-hidden />,
    onClick: () => void navigate({ to: "/crews/$id", params: { id: crew.id } }),
  }));
  const recent: SpotlightActionData[] = (runs.data?.items ?? []).map((run) => ({
    id: run.id,
    label: `${run.run_name ?? run.crew_name} · run ${shortId(run.id)}`,
    description: "Run",
    leftSection: <CirclePlay size={18} aria-hidden />,
    onClick: () => void navigate({ to: "/runs/$id", params: { id: run.id } }),
  }));
  return (
    <Spotlight
      actions={[
        ...(here.length === 0 ? [] : [{ group: offered.group, actions: here }]),
        { group: "Go to", actions: places },
        { group: "Crews", actions: found },
        { group: "Recent runs", actions: recent },
      ]}
      shortcut="mod + K"
      scrollable
      maxHeight={420}
      nothingFound="Nothing by that name"
      transitionProps={{ duration: 100 }}
      overlayProps={VEIL}
      searchProps={{
        leftSection: <Search size={18} aria-hidden />,
        placeholder: "A screen, a crew, a run",
        "aria-label": "Search",
      }}
    />
  );
}
