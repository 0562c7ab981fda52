/** How often, as people choose it. What does not fit is `custom`, and stays what was written. */
export type Every = "hour" | "day" | "weekdays" | "week" | "month" | "custom";

export interface Rhythm {
  every: Every;
  /** "07:00" */
  time: string;
  /** MON … SUN, for `week`. */
  weekday: string;
  /** 1 to 31, for `month`. */
  day: number;
  /** For `custom`. */
  expression: string;
}

export const WEEKDAYS = [
  { value: "MON", label: "Monday" },
  { value: "TUE", label: "Tuesday" },
  { value: "WED", label: "Wednesday" },
  { value: "THU", label: "Thursday" },
  { value: "FRI", label: "Friday" },
  { value: "SAT", label: "Saturday" },
  { value: "SUN", label: "Sunday" },
];
const BY_NUMBER = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
const BEGIN: Rhythm = { every: "day", time: "07:00", weekday: "MON", day: 1, expression: "" };

export function cronOf(rhythm: Rhythm): string {
  const [hour = 0, minute = 0] = rhythm.time.split(":").map(Number);
  switch (rhythm.every) {
    case "hour":
      return `${minute} * * * *`;
    case "day":
      return `${minute} ${hour} * * *`;
    case "weekdays":
      return `${minute} ${hour} * * MON-FRI`;
    case "week":
      return `${minute} ${hour} * * ${rhythm.weekday}`;
    case "month":
      return `${minute} ${hour} ${rhythm.day} * *`;
    case "custom":
      return rhythm.expression.trim();
  }
}

/** The other way around. */
export function rhythmOf(cron: string | null | undefined): Rhythm {
  if (cron == null) return BEGIN;
  const custom: Rhythm = { ...BEGIN, every: "custom", expression: cron };
  const [minute, hour, day, month, weekday] = cron.trim().toUpperCase().split(/\s+/);
  if (minute === undefined || !isIn(minute, 0, 59) || month !== "*" || weekday === undefined) {
    return custom;
  }
  if (hour === "*" && day === "*" && weekday === "*") {
    return { ...BEGIN, every: "hour", time: clock("0", minute), expression: cron };
  }
  if (hour === undefined || !isIn(hour, 0, 23)) return custom;
  const at: Rhythm = { ...BEGIN, time: clock(hour, minute), expression: cron };
  if (day !== undefined && isIn(day, 1, 31) && weekday === "*") {
    return { ...at, every: "month", day: Number(day) };
  }
  if (day !== "*") return custom;
  if (weekday === "*") return { ...at, every: "day" };
  if (weekday === "MON-FRI" || weekday === "1-5") return { ...at, every: "weekdays" };
  const named = /^[0-7]$/.test(weekday) ? BY_NUMBER[Number(weekday)] : weekday;
  return WEEKDAYS.some(({ value }) => value === named)
    ? { ...at, every: "week", weekday: named ?? "MON" }
    : custom;
}

/** "Weekdays at 07:00"; the expression itself where no few words say it. */
export function wordsOf(cron: string): string {
  const { every, time, weekday, day } = rhythmOf(cron);
  switch (every) {
    case "hour":
      return time === "00:00" ? "Every hour" : `Every hour at ${Number(time.slice(3))} past`;
    case "day":
      return `Every day at ${time}`;
    case "weekdays":
      return `Weekdays at ${time}`;
    case "week":
      return `Every ${WEEKDAYS.find(({ value }) => value === weekday)?.label ?? ""} at ${time}`;
    case "month":
      return `Day ${day} of the month at ${time}`;
    case "custom":
      return stepWords(cron);
  }
}

function stepWords(cron: string): string {
  const minutes = /^\*\/(\d{1,2}) \* \* \* \*$/.exec(cron.trim())?.[1];
  return minutes === undefined ? cron : `Every ${minutes} minutes`;
}

function isIn(text: string, low: number, high: number): boolean {
  return /^\d{1,2}$/.test(text) && Number(text) >= low && Number(text) <= high;
}

function clock(hour: string, minute: string): string {
  return `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
}
