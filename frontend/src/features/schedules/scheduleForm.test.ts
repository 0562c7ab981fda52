import { describe, expect, it } from "vitest";
import { changesOf, localTime, sourceIds, valuesOf } from "@/features/schedules/scheduleForm";
import type { Schedule } from "@/features/schedules/words";

const STORED = {
  name: "Daily",
  crew_id: "c1",
  flow_id: null,
  cron: "0 7 * * *",
  timezone: "Europe/Berlin",
  at: null,
  overlap: "queue",
  catch_up: "all",
  request: { inputs: { topic: "rain" }, priority: 2, run_name: "Kept", budget: { max_tokens: 9 } },
} as unknown as Schedule;

describe("the form of a schedule", () => {
  it("changes nothing that it does not show", () => {
    const { request } = changesOf(valuesOf(STORED), { topic: "snow" }, STORED.request);
    expect(request).toEqual({
      inputs: { topic: "snow" },
      priority: 2,
      run_name: "Kept",
      model: null,
      budget: { max_tokens: 9, max_usd: null },
    });
  });

  it("sends a rhythm with its zone, or one time, never both", () => {
    const values = valuesOf(STORED);
    expect(changesOf(values, {}, undefined)).toMatchObject({
      cron: "0 7 * * *",
      timezone: "Europe/Berlin",
    });
    const once = changesOf({ ...values, repeats: false, at: "2026-11-23T07:00" }, {}, undefined);
    expect(once).not.toHaveProperty("cron");
    expect(localTime(new Date((once as { at: string }).at))).toBe("2026-11-23T07:00");
  });

  it("knows a crew from a flow", () => {
    expect(sourceIds("crew:1")).toEqual({ crew_id: "1" });
    expect(sourceIds("flow:2")).toEqual({ flow_id: "2" });
    expect(sourceIds("")).toEqual({});
  });

  it("gives a flow no model and no budget", () => {
    const values = { ...valuesOf(STORED), source: "flow:2" };
    expect(changesOf(values, {}, undefined).request).toEqual({ inputs: {}, priority: 5 });
  });
});
