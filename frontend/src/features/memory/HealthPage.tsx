import { Group, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { HeartPulse } from "lucide-react";
import { $api } from "@/api/client";
import type { Schema } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { CrewSelect } from "@/features/memory/CrewSelect";
import { Findings } from "@/features/memory/Findings";
import { FINDINGS } from "@/features/memory/findingWords";
import { MemoryFrame } from "@/features/memory/MemoryFrame";
import { typeName } from "@/features/memory/search";
import { Stats } from "@/features/memory/Stats";
import { formatNumber } from "@/lib/format";

const route = getRouteApi("/memory/health");

/** Figures about a memory, and what a person might mend in it. */
export function HealthPage() {
  const { crew } = route.useSearch();
  const navigate = route.useNavigate();
  const report = $api.useQuery(
    "get",
    "/api/v1/memory/health",
    { params: { query: crew === undefined ? {} : { crew_id: crew } } },
    { staleTime: 30_000 },
  );
  return (
    <MemoryFrame>
      <Group>
        <CrewSelect
          value={crew}
          onChange={(chosen) =>
            void navigate({
              search: ({ group }) => ({
                ...(group && { group }),
                ...(chosen !== undefined && { crew: chosen }),
              }),
              replace: true,
            })
          }
        />
      </Group>
      <Stats crew={crew} />
      <Loaded query={report} what="Looking through all records">
        {(health) => <Report health={health} />}
      </Loaded>
    </MemoryFrame>
  );
}

function Report({ health }: { health: Schema<"MemoryHealth"> }) {
  const total = Object.values(health.counts).reduce((sum, one) => sum + one, 0);
  const partial = health.scans.filter((scan) => !scan.complete);
  return (
    <>
      {partial.length > 0 && (
        <Text size="sm" c="dimmed">
          Looked through{" "}
          {partial
            .map(
              (scan) =>
                `${formatNumber(scan.scanned)} of ${formatNumber(scan.count)} ${typeName(scan.type).toLowerCase()} records`,
            )
            .join(", ")}
          .
        </Text>
      )}
      {total === 0 && (
        <EmptyState icon={HeartPulse} title="Nothing to mend">
          No near duplicates, no loops, nothing that looks like a secret, nothing expired, and
          nothing older than {health.unused_after_days} days that no run ever recalled.
        </EmptyState>
      )}
      {FINDINGS.map((kind) => (
        <Findings
          key={kind}
          kind={kind}
          count={health.counts[kind] ?? 0}
          findings={health.findings.filter((one) => one.kind === kind)}
        />
      ))}
    </>
  );
}
