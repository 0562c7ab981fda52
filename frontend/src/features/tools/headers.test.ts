import { describe, expect, it } from "vitest";
import { headersOf } from "@/features/tools/headers";

describe("headers, one a line", () => {
  it("keep colons in their values", () => {
    expect(headersOf("Authorization: Bearer a:b\n\nX-Team: data")).toEqual({
      headers: { Authorization: "Bearer a:b", "X-Team": "data" },
    });
  });

  it("tell of a line that is none", () => {
    expect(headersOf("Bearer abc").problem).toContain("Name: value");
  });
});
