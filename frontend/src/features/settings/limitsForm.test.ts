import { describe, expect, it } from "vitest";
import { bodyOf, shareOf, valuesOf } from "@/features/settings/limitsForm";

const NONE = {
  monthly_usd: null,
  monthly_tokens: null,
  max_running: null,
  max_queued: null,
  keep_executions_days: null,
  keep_events_days: null,
};

describe("limits", () => {
  it("that are empty are the installation's", () => {
    expect(bodyOf(valuesOf(NONE))).toEqual(NONE);
  });

  it("of zero days are kept: zero is for ever", () => {
    expect(bodyOf(valuesOf({ ...NONE, keep_events_days: 0 })).keep_events_days).toBe(0);
  });

  it("tell how much of them is used", () => {
    expect(shareOf(5, 20)).toBe(25);
    expect(shareOf(50, 20)).toBe(100);
    expect(shareOf(50, null)).toBeUndefined();
  });
});
