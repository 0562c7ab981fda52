import type { Schema } from "@/api/types";
import { cronOf, type Rhythm, rhythmOf } from "@/features/schedules/cron";
import { ownZone, type Schedule } from "@/features/schedules/words";

/** As the fields hold it. */
export interface ScheduleValues {
  name: string;
  /** `crew:<id>` or `flow:<id>`. */
  source: string;
  repeats: boolean;
  rhythm: Rhythm;
  timezone: string;
  /** "2026-11-23T07:00" on the user's own clock. */
  at: string;
  overlap: Schema<"Overlap">;
  catch_up: Schema<"CatchUp">;
  model: string | null;
  max_usd: number | "";
}

export type Inputs = NonNullable<Schema<"RunOptions">["inputs"]>;

export function valuesOf(schedule: Schedule | undefined): ScheduleValues {
  return {
    name: schedule?.name ?? "",
    source: sourceOf(schedule),
    repeats: schedule === undefined || schedule.cron !== null,
    rhythm: rhythmOf(schedule?.cron),
    timezone: schedule?.timezone ?? ownZone(),
    at: schedule?.at == null ? "" : localTime(new Date(schedule.at)),
    overlap: schedule?.overlap ?? "skip",
    catch_up: schedule?.catch_up ?? "latest",
    model: schedule?.request.model ?? null,
    max_usd: schedule?.request.budget?.max_usd ?? "",
  };
}

function sourceOf(schedule: Schedule | undefined): string {
  if (schedule === undefined) return "";
  if (schedule.crew_id !== null) return `crew:${schedule.crew_id}`;
  return schedule.flow_id === null ? "" : `flow:${schedule.flow_id}`;
}

/** A date as `<input type="datetime-local">` takes it. */
export function localTime(date: Date): string {
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** What a new schedule and a change have in common. `request` is what was stored before: what the form does not show stays. */
export function changesOf(
  values: ScheduleValues,
  inputs: Inputs,
  request: Schema<"RunOptions"> | undefined,
) {
  const isCrew = values.source.startsWith("crew:");
  const max_usd = values.max_usd === "" ? null : values.max_usd;
  return {
    name: values.name.trim(),
    overlap: values.overlap,
    catch_up: values.catch_up,
    ...(values.repeats
      ? { cron: cronOf(values.rhythm), timezone: values.timezone }
      : { at: values.at === "" ? undefined : new Date(values.at).toISOString() }),
    request: {
      priority: 5,
      ...request,
      inputs,
      // A flow takes neither: its nodes have them.
      ...(isCrew && { model: values.model, budget: { ...request?.budget, max_usd } }),
    },
  };
}

export function sourceIds(source: string): { crew_id?: string; flow_id?: string } {
  const [kind, id] = source.split(":");
  if (id === undefined) return {};
  return kind === "flow" ? { flow_id: id } : { crew_id: id };
}
