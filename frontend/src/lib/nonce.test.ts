import { expect, test } from "vitest";
import { nonce } from "@/lib/nonce";

test("a page without a policy has no nonce", () => {
  expect(nonce).toBe("");
});
