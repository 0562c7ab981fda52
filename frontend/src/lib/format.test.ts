import { expect, test } from "vitest";
import {
  asSentence,
  formatDuration,
  formatMonth,
  formatRelative,
  formatShort,
  formatUsd,
} from "@/lib/format";

const NOW = Date.parse("2026-06-15T12:00:00Z");

test.each([
  [0, "just now"],
  [44, "just now"],
  [90, "2 min ago"],
  [3569, "59 min ago"],
  [3600, "1 h ago"],
  [86_400, "1 d ago"],
  [-7200, "in 2 h"],
  [-10, "in a moment"],
])("%i seconds back is %s", (seconds, words) => {
  expect(formatRelative(NOW - seconds * 1000, NOW)).toBe(words);
});

test("a month is named", () => expect(formatMonth("2026-11")).toBe("November 2026"));

test("what is long ago is a date", () => {
  expect(formatRelative("2026-01-02T12:00:00Z", NOW)).toBe("Jan 2, 2026");
});

test.each([
  [840, "840 ms"],
  [4_120, "4.1 s"],
  [125_000, "2 min 5 s"],
  [3_720_000, "1 h 2 min"],
  [260_000_000, "3 d 0 h"],
])("%i ms is %s", (ms, words) => expect(formatDuration(ms)).toBe(words));

test.each([
  [0, "$0"],
  [0.00001, "< $0.0001"],
  [0.0061, "$0.0061"],
  [0.25, "$0.25"],
  [1.5, "$1.50"],
  [1234.5, "$1234.50"],
])("%f is %s", (usd, words) => expect(formatUsd(usd)).toBe(words));

test.each([
  [999, "999"],
  [1934, "1.9k"],
  [128_000, "128k"],
  [999_999, "1M"],
])("%i is %s", (value, words) => expect(formatShort(value)).toBe(words));

test.each([
  ["the run has used 12 of at most 10 tokens", "The run has used 12 of at most 10 tokens."],
  ["Try again.", "Try again."],
  ["https://example.com/a is refused", "https://example.com/a is refused."],
  ["see https://example.com/a", "See https://example.com/a"],
  ["sales_last_year is missing", "sales_last_year is missing."],
])("%s is a sentence", (text, sentence) => {
  expect(asSentence(text)).toBe(sentence);
});
