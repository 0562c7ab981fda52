import type { Schema } from "@/api/types";

export type Schedule = Schema<"ScheduleRead">;

export const OVERLAPS: { value: Schema<"Overlap">; label: string; means: string }[] = [
  {
    value: "skip",
    label: "Skip this time",
    means: "The run before goes on; this one is left out.",
  },
  { value: "queue", label: "Wait for it", means: "It starts when the one before has ended." },
  {
    value: "cancel_previous",
    label: "Cancel the one before",
    means: "The one before is cancelled and this one starts.",
  },
];

export const CATCH_UPS: { value: Schema<"CatchUp">; label: string; means: string }[] = [
  { value: "latest", label: "Run once", means: "The latest time that was missed is made up for." },
  { value: "skip", label: "Leave them out", means: "It goes on with the next time." },
  { value: "all", label: "Run each of them", means: "One after the other, at most 100." },
];

const inZone = new Map<string, Intl.DateTimeFormat>();

/** "Mon, 23 Nov, 07:00" as the clocks of that zone show it. */
export function timeIn(zone: string, at: string): string {
  let format = inZone.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      weekday: "short",
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
    });
    inZone.set(zone, format);
  }
  return format.format(new Date(at));
}

export function zones(): string[] {
  return [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];
}

export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
