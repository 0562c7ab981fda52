import { Group, SegmentedControl, Table } from "@mantine/core";
import { useState } from "react";
import { CodeBlock } from "@/components/CodeBlock";
import { CopyButton } from "@/components/CopyButton";
import { JsonView } from "@/components/JsonView";
import { Markdown } from "@/components/Markdown";
import { type Look, looksOf, type Sheet, sheetOf } from "@/features/runs/sheet";
import classes from "@/features/runs/Output.module.css";

const NAMES: Record<Look, string> = {
  table: "Table",
  tree: "JSON",
  markdown: "Formatted",
  text: "As written",
};

/** What a model or a task answered: as Markdown, as a table, as a tree, or letter by letter. */
export function Output({ text, json }: { text: string; json: unknown }) {
  const value = json ?? undefined;
  const sheet = sheetOf(value);
  const looks = looksOf(value, sheet);
  const [chosen, setChosen] = useState<Look>();
  const look = chosen !== undefined && looks.includes(chosen) ? chosen : (looks[0] ?? "markdown");
  return (
    <div className={classes.output}>
      <Group justify="space-between" wrap="nowrap" mb="sm">
        <SegmentedControl
          size="xs"
          aria-label="Shown as"
          data={looks.map((one) => ({ value: one, label: NAMES[one] }))}
          value={look}
          onChange={(next) => setChosen(next)}
        />
        <CopyButton value={text} label="Copy the answer" />
      </Group>
      {look === "markdown" && <Markdown>{text}</Markdown>}
      {look === "text" && <CodeBlock text={text} label="the answer as written" />}
      {look === "tree" && <JsonView value={value} open={3} />}
      {look === "table" && sheet !== undefined && <SheetView sheet={sheet} />}
    </div>
  );
}

function SheetView({ sheet }: { sheet: Sheet }) {
  return (
    <Table.ScrollContainer minWidth={0}>
      <Table withTableBorder withColumnBorders striped fz="sm">
        <Table.Thead>
          <Table.Tr>
            {sheet.columns.map((column) => (
              <Table.Th key={column}>{column}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sheet.rows.map((row, index) => (
            <Table.Tr key={index}>
              {row.map((cell, at) => (
                <Table.Td key={sheet.columns[at]} className={classes.cell ?? ""}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
