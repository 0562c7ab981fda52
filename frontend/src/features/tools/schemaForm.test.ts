import { describe, expect, it } from "vitest";
import { changesOf, fieldsOf } from "@/features/tools/schemaForm";

const SCHEMA = {
  properties: {
    allowed_hosts: { type: "array", title: "Allowed hosts", items: { type: "string" } },
    timeout_s: { type: "number", minimum: 1, maximum: 300 },
    authorization: { type: "string", writeOnly: true },
    headers: { type: "object", writeOnly: true },
  },
};
const NOTHING = new Set<string>();

describe("a form of a tool's schema", () => {
  const fields = fieldsOf(SCHEMA, { timeout_s: 30, authorization: { set: true } });

  it("has a field for each property, by its type", () => {
    expect(fields.map(({ kind }) => kind)).toEqual(["texts", "number", "secret", "json"]);
    expect(fields.map(({ label }) => label)).toEqual([
      "Allowed hosts",
      "timeout s",
      "authorization",
      "headers",
    ]);
  });

  it("never shows a stored secret", () => {
    expect(fields[2]).toMatchObject({ isStored: true, value: "" });
  });

  it("sends nothing where nothing was changed", () => {
    expect(changesOf(fields, { timeout_s: 30, authorization: "" }, NOTHING).config).toEqual({});
  });

  it("sends what was changed, and null for what was emptied or removed", () => {
    const values = { timeout_s: "", allowed_hosts: ["example.com"], headers: '{"a": "b"}' };
    expect(changesOf(fields, values, new Set(["authorization"])).config).toEqual({
      allowed_hosts: ["example.com"],
      timeout_s: null,
      authorization: null,
      headers: { a: "b" },
    });
  });

  it("tells of JSON that cannot be read, and sends nothing for it", () => {
    const { config, problems } = changesOf(fields, { headers: "{" }, NOTHING);
    expect(config).toEqual({});
    expect(problems).toHaveProperty("headers");
  });
});
