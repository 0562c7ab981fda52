import { SegmentedControl, Stack } from "@mantine/core";
import { useState } from "react";
import { CodeBlock } from "@/components/CodeBlock";

export interface Snippets {
  curl: string;
  python: string;
  kasal: string;
}

const LABELS = [
  { value: "curl", label: "curl" },
  { value: "python", label: "Python" },
  { value: "kasal", label: "kasal" },
];

/** What this screen does, for programs: see api/snippets.ts. */
export function ApiTab({ snippets }: { snippets: Snippets }) {
  const [chosen, setChosen] = useState<keyof Snippets>("curl");
  return (
    <Stack gap="sm">
      <SegmentedControl
        size="xs"
        aria-label="Language"
        data={LABELS}
        value={chosen}
        onChange={(value) => setChosen(value as keyof Snippets)}
      />
      <CodeBlock text={snippets[chosen]} label={`as ${chosen}`} />
    </Stack>
  );
}
