import { SimpleGrid, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Schema } from "@/api/types";
import { Loaded } from "@/components/Loaded";
import { Panel } from "@/components/Panel";
import { RelativeTime } from "@/components/RelativeTime";
import { useMemoryStats } from "@/features/memory/backends";
import { crewLabel, crewRef } from "@/features/memory/CrewSelect";
import classes from "@/features/memory/Stats.module.css";
import { CREW_TYPES, typeName, TYPES } from "@/features/memory/search";
import { formatBytes, formatNumber } from "@/lib/format";

/** How much is remembered, by type and by crew. */
export function Stats({ crew }: { crew: string | undefined }) {
  const query = useMemoryStats(crew);
  return (
    <Loaded query={query} what="Counting the records">
      {(stats) => (
        <>
          <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
            {TYPES.map((type) => {
              const one = stats.types[type];
              return one === undefined ? null : <Tile key={type} type={type} stats={one} />;
            })}
          </SimpleGrid>
          {crew === undefined && stats.crews.length > 0 && <ByCrew stats={stats} />}
        </>
      )}
    </Loaded>
  );
}

function Tile({ type, stats }: { type: string; stats: Schema<"TypeStats"> }) {
  return (
    <div className={classes.tile}>
      <span className={classes.name}>{typeName(type)}</span>
      <span className={classes.count}>{formatNumber(stats.count)}</span>
      <Text size="xs" c="dimmed" component="span">
        {formatBytes(stats.text_bytes)} of text
        {stats.pinned > 0 && `, ${formatNumber(stats.pinned)} pinned`}
        {stats.expired > 0 && `, ${formatNumber(stats.expired)} expired`}
      </Text>
      {stats.newest !== null && (
        <Text size="xs" c="dimmed" component="span">
          latest <RelativeTime at={stats.newest} />
        </Text>
      )}
    </div>
  );
}

function ByCrew({ stats }: { stats: Schema<"MemoryStats"> }) {
  return (
    <Panel title="By crew">
      <Table.ScrollContainer minWidth={420}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Crew</Table.Th>
              {CREW_TYPES.map((type) => (
                <Table.Th key={type} ta="end">
                  {typeName(type)}
                </Table.Th>
              ))}
              <Table.Th ta="end">Pinned</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {stats.crews.map((one) => (
              <Table.Tr key={one.crew.identity}>
                <Table.Td>
                  <Link to="/memory" search={{ crew: crewRef(one) }}>
                    {crewLabel(one)}
                  </Link>
                </Table.Td>
                {CREW_TYPES.map((type) => (
                  <Table.Td key={type} ta="end" className="tabular">
                    {formatNumber(one.counts[type]?.count ?? 0)}
                  </Table.Td>
                ))}
                <Table.Td ta="end" className="tabular">
                  {formatNumber(
                    Object.values(one.counts).reduce((sum, count) => sum + count.pinned, 0),
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {stats.crews_total > stats.crews.length && (
        <Text size="xs" c="dimmed" mt="xs">
          The {formatNumber(stats.crews.length)} that ran last of {formatNumber(stats.crews_total)}.
        </Text>
      )}
    </Panel>
  );
}
