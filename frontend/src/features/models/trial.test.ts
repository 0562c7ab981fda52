import { describe, expect, it } from "vitest";
import type { Schema } from "@/api/types";
import { modelsToTry, problemOf, trialOf } from "@/features/models/trial";

function job(values: Partial<Schema<"JobRead">>): Schema<"JobRead"> {
  return { status: "done", result: null, ...values } as Schema<"JobRead">;
}

describe("what came of a test", () => {
  it("is nothing before the job is done", () => {
    expect(trialOf(job({ status: "running" }))).toBeUndefined();
  });

  it("has the provider's refusal and what to do", () => {
    const error = { code: "model.auth", message: "refused. Check the key." };
    const trial = trialOf(job({ result: { model: "m", ok: false, latency_ms: 7, error } }));
    expect(trial?.error).toEqual(error);
    expect(problemOf(error.code, error.message).title).toBe("The provider refused the key");
  });
});

describe("models to test a provider with", () => {
  const models = [
    { key: "gpt", provider: "openai", enabled: true },
    { key: "old", provider: "openai", enabled: false },
    { key: "claude", provider: "anthropic", enabled: true },
  ];
  it("are those of the provider that are on, after the group's default", () => {
    expect(modelsToTry(models, "openai", "openai/gpt-4o-mini")).toEqual([
      "openai/gpt-4o-mini",
      "gpt",
    ]);
    expect(modelsToTry(models, "openai", "demo/demo")).toEqual(["gpt"]);
  });
});
