import { expect, test } from "vitest";
import type { Job } from "@/api/jobs";
import { stepsOf } from "@/components/JobPanel";
import type { Schema } from "@/api/types";
import { remedyWords } from "@/features/memory/backends";
import { configErrors, configOf, NEW_CONFIG, valuesOfConfig } from "@/features/memory/configForm";
import { forgottenOf, resultLines } from "@/features/memory/jobResult";
import { type MemoryRecord, provenanceOf } from "@/features/memory/provenance";
import { changesOf, valuesOf } from "@/features/memory/recordForm";
import { readRecordsSearch, readRef, refOf } from "@/features/memory/search";
import { aheadOf, freeName, plannedName } from "@/features/memory/setup";

const RUN = "01a20178-1cb4-7463-880f-4084df6222ac";

function record(parts: Partial<MemoryRecord>): MemoryRecord {
  return {
    type: "long_term",
    id: "a-1",
    crew: null,
    text: "Prices rise in May",
    fields: { importance: 0.7, quality: 0.9 },
    sources: [],
    created_at: null,
    last_accessed_at: null,
    expires_at: null,
    pinned: false,
    used: 0,
    version: 3,
    ...parts,
  };
}

test("the address keeps what is chosen and drops what makes no sense", () => {
  const search = { type: "entity", crew: "x", q: "  prices ", record: "long_term/a/b", more: 1 };
  expect(readRecordsSearch(search)).toEqual({
    type: "entity",
    q: "prices",
    record: "long_term/a/b",
  });
  expect(readRef("long_term/a/b")).toEqual({ type: "long_term", id: "a/b" });
  expect(readRef(refOf({ type: "entity", id: "e" }))).toEqual({ type: "entity", id: "e" });
  expect(readRecordsSearch({ record: "nothing/a", q: " " })).toEqual({});
});

test("a record says which run, task and agent it is from", () => {
  const fields = { metadata: { execution: RUN, task: "figures" }, agent_id: "Analyst" };
  expect(provenanceOf(record({ fields }))).toMatchObject({
    run: RUN,
    task: "figures",
    agent: "Analyst",
  });
});

test("an entity's run follows from what it was made of; what a person taught has none", () => {
  expect(provenanceOf(record({ sources: [`${RUN}.0`] })).run).toBe(RUN);
  const taught = provenanceOf(
    record({ sources: [RUN], fields: { metadata: { by: "ada@example.com" } } }),
  );
  expect(taught.run).toBeUndefined();
  expect(taught.taughtBy).toBe("ada@example.com");
});

test("only what was changed is sent", () => {
  const before = record({});
  const values = valuesOf(before);
  expect(changesOf(before, values)).toEqual({});
  expect(changesOf(before, { ...values, content: "They fall", importance: 1 })).toEqual({
    content: "They fall",
    importance: 1,
  });
  const entity = record({ type: "entity", fields: { relationships: ["owns Lyon"] } });
  const related = { ...valuesOf(entity), relationships: "owns Lyon\n\n owns Nice " };
  expect(changesOf(entity, related)).toEqual({ relationships: ["owns Lyon", "owns Nice"] });
});

test("a configuration survives the form, and empty fields are left out", () => {
  const config: Schema<"MemoryConfig"> = {
    ...NEW_CONFIG,
    endpoint_name: "crews",
    embedder: { provider: "openai", model: null, dimension: 256 },
  };
  const again = configOf(valuesOfConfig("Lake", "databricks", config));
  expect(again.endpoint_name).toBe("crews");
  expect(again.embedder).toEqual({ provider: "openai", model: null, dimension: 256 });
  expect(again.short_term_index).toBeNull();
  const errors = { "config.short_term_index": "a", "config.embedder.model": "b", kind: "c" };
  expect(configErrors(errors)).toEqual({ short_term_index: "a", model: "b", kind: "c" });
});

test("a set-up shows the steps to come, and what ran when it ended did not end well", () => {
  const index = { type: "entity" as const, name: "main.k.entity_1", endpoint: "crews" };
  const ahead = aheadOf({ kind: "databricks", config: NEW_CONFIG, indexes: [index] });
  expect(ahead).toEqual(["identity", "endpoint crews", "index main.k.entity_1", "verify"]);
  const step = (name: string, status: string) => ({ name, status, detail: "", at: "" });
  const job: Pick<Job, "steps" | "status"> = {
    status: "running",
    steps: [step("identity", "done"), step("endpoint crews", "running")],
  };
  const states = (status: Job["status"]) =>
    stepsOf({ ...job, status }, ahead).map((one) => one.state);
  expect(states("running")).toEqual(["done", "running", "waiting", "waiting"]);
  expect(states("cancelled")).toEqual(["done", "failed"]);
  expect(plannedName({ what: "index", name: "main.k.entity_memory_0a1b2c3d" })).toBe(
    "main.k.entity_memory_…",
  );
  expect(freeName("Lake", ["Lake", "Lake 2"])).toBe("Lake 3");
});

test("results of jobs are sentences", () => {
  expect(resultLines({ copied: { entity: 2 }, present: {}, different: ["x"] })).toEqual([
    "Copied: 2 entity",
    "1 records differ; copy once more",
  ]);
  const found = forgottenOf({
    dry_run: true,
    records: { short_term: 1 },
    record_ids: [["entity", "e"]],
  });
  expect(found).toMatchObject({ dryRun: true, records: "1 short-term", refs: ["entity/e"] });
  expect(remedyWords("sign in or store it under /api/v1/api-keys")).toContain("Models & keys");
});
