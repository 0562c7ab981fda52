const numbers = new Intl.NumberFormat("en");
const exact = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

const month = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });

export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** 1934 as "1.9k": for places where every figure counts. */
export function formatShort(value: number): string {
  if (value < 1000) return String(value);
  if (value < 999_950) return `${(value / 1000).toFixed(1).replace(/\.0$/, "")}k`;
  return `${(value / 1_000_000).toFixed(1).replace(/\.0$/, "")}M`;
}

export function formatUsd(value: number): string {
  if (value === 0) return "$0";
  if (value < 0.0001) return "< $0.0001";
  const digits = value < 0.1 ? 4 : value < 10 ? 3 : 2;
  return `$${value.toFixed(digits).replace(/(\.\d\d\d*?)0+$/, "$1")}`;
}

export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h ${minutes % 60} min`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function formatExact(at: string | number | Date): string {
  return exact.format(new Date(at));
}

/** "2026-11" as "November 2026". */
export function formatMonth(text: string): string {
  return month.format(new Date(`${text}-01T00:00:00Z`));
}

/** "2 min ago", "in 3 h"; a date where it is more than a month away. */
export function formatRelative(at: string | number | Date, nowMs: number): string {
  const then = new Date(at).getTime();
  const ahead = then > nowMs;
  const seconds = Math.abs(nowMs - then) / 1000;
  if (seconds < 45) return ahead ? "in a moment" : "just now";
  const amount = relativeAmount(seconds);
  if (amount === undefined) return day.format(then);
  return ahead ? `in ${amount}` : `${amount} ago`;
}

function relativeAmount(seconds: number): string | undefined {
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 84_600) return `${Math.max(1, Math.round(seconds / 3600))} h`;
  if (seconds < 30 * 86_400) return `${Math.max(1, Math.round(seconds / 86_400))} d`;
  return undefined;
}

/** Eight characters: enough to tell runs apart. */
export function shortId(id: string): string {
  // The first characters of a time-ordered id are the time; its end is what differs.
  return id.slice(-8);
}

/** As people write it: what begins with a plain word begins large, what ends in one ends with a stop. */
export function asSentence(text: string): string {
  const begun = /^[a-z]+[ ,]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /(?:^|\s)[\p{L}\p{N})]+$/u.test(begun) ? `${begun}.` : begun;
}
