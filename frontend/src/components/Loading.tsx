import { Group, Loader, Text } from "@mantine/core";
import { useState } from "react";
import { useRunningNow } from "@/lib/useNow";

/** Says what is awaited, and after a second for how long: `<Loading what="Reading the crew" />`. */
export function Loading({ what }: { what: string }) {
  const [since] = useState(() => Date.now());
  const seconds = Math.floor((useRunningNow(true) - since) / 1000);
  return (
    <Group gap="sm" p="md" role="status">
      <Loader size="xs" color="gray" />
      <Text c="dimmed" size="sm">
        {what}
        {seconds > 0 && <> · {seconds} s</>}
      </Text>
    </Group>
  );
}
