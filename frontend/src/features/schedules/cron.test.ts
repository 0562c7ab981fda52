import { describe, expect, it } from "vitest";
import { cronOf, rhythmOf, wordsOf } from "@/features/schedules/cron";

describe("a rhythm and its cron expression", () => {
  it.each([
    ["30 * * * *", "Every hour at 30 past"],
    ["0 * * * *", "Every hour"],
    ["0 7 * * *", "Every day at 07:00"],
    ["15 6 * * MON-FRI", "Weekdays at 06:15"],
    ["0 9 * * SUN", "Every Sunday at 09:00"],
    ["0 9 31 * *", "Day 31 of the month at 09:00"],
  ])("%s is %s, and becomes itself again", (cron, words) => {
    expect(wordsOf(cron)).toBe(words);
    expect(cronOf(rhythmOf(cron))).toBe(cron);
  });

  it.each(["*/10 * * * *", "0 7 1 JAN *", "0 7,19 * * *", "0 7 1 * MON", "nonsense"])(
    "%s is kept as it was written",
    (cron) => {
      expect(rhythmOf(cron).every).toBe("custom");
      expect(cronOf(rhythmOf(cron))).toBe(cron);
    },
  );

  it("reads numbers for weekdays, 0 and 7 as Sunday", () => {
    expect(wordsOf("0 7 * * 7")).toBe("Every Sunday at 07:00");
    expect(wordsOf("0 7 * * 1-5")).toBe("Weekdays at 07:00");
  });

  it("says steps of minutes in words", () => {
    expect(wordsOf("*/10 * * * *")).toBe("Every 10 minutes");
  });
});
