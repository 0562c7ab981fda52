import { useMemo } from "react";
import { $api } from "@/api/client";
import type { Schema } from "@/api/types";
import { fieldsOf, type RunBody, type RunField } from "@/components/run/runInputs";
import { type Inputs, sourceIds } from "@/features/schedules/scheduleForm";

/** What the crew asks for, filled in with what is stored, else with what the server proposes. */
export function useInputFields(source: string, stored: Inputs | undefined): RunField[] {
  const { crew_id } = sourceIds(source);
  const body: RunBody = { crew_id: crew_id ?? "" };
  const preview = $api.useQuery(
    "post",
    "/api/v1/executions/preview",
    { body: body as Schema<"ExecutionCreate"> },
    { enabled: crew_id !== undefined, staleTime: 30_000 },
  );
  const asked = preview.data?.inputs;
  return useMemo(() => {
    const known = Object.entries(stored ?? {});
    // A flow says only when it starts what it needs: what is stored stays to be seen and changed.
    const wanted = asked ?? known.map(([name, value]) => ({ name, value }));
    return fieldsOf(wanted, stored);
  }, [asked, stored]);
}
