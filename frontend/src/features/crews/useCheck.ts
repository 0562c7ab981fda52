import { useDebouncedValue } from "@mantine/hooks";
import { $api } from "@/api/client";
import type { FieldProblem } from "@/api/problem";
import { useMemo } from "react";
import type { Graph } from "@/features/crews/model/graph";
import type { Found } from "@/features/crews/model/problems";
import { checkableOf } from "@/features/crews/model/write";

const PAUSE_MS = 400;
const NOTHING: FieldProblem[] = [];

/** What the server says would keep the drawing from running; asked when the hands rest. */
export function useCheck(graph: Graph): Found {
  const [rested] = useDebouncedValue(graph, PAUSE_MS);
  const definition = useMemo(() => checkableOf(rested), [rested]);
  const isEmpty = rested.agents.length + rested.tasks.length === 0;
  const checked = $api.useQuery(
    "post",
    "/api/v1/crews/check",
    { body: { definition } },
    { enabled: !isEmpty, placeholderData: (before) => before, gcTime: 10_000 },
  );
  const errors = isEmpty ? NOTHING : (checked.data?.problems ?? NOTHING);
  return useMemo(() => ({ errors, below: "" }), [errors]);
}
