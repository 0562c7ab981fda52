import { expect, test } from "vitest";
import { fieldsOf, readFields, sourceWords } from "@/components/run/runInputs";

test("a value decides how it is entered, and comes out as it went in", () => {
  const values = {
    city: "Bern",
    table: "a,b\n1,2",
    sales: 120,
    shops: ["Bern", "Basel"],
  };
  const asked = Object.entries(values).map(([name, value]) => ({ name, value, source: null }));
  const fields = fieldsOf(asked);
  expect(fields.map(({ kind }) => kind)).toEqual(["text", "multiline", "number", "json"]);
  expect(readFields(fields)).toEqual({ inputs: values, problems: {} });
});

test("what was given before a form is opened comes first", () => {
  const asked = [{ name: "city", value: "Bern", source: "last_run" as const }];
  expect(fieldsOf(asked, { city: "Chur" })[0]?.text).toBe("Chur");
});

test("an empty field and broken JSON are told at their field", () => {
  const { problems } = readFields([
    { name: "city", kind: "text", text: " " },
    { name: "shops", kind: "json", text: "[" },
  ]);
  expect(problems).toEqual({
    city: "This input is needed",
    shops: expect.stringContaining("not JSON") as string,
  });
});

test("words in the place of a number are taken as words", () => {
  expect(readFields([{ name: "n", kind: "number", text: "about ten" }]).inputs).toEqual({
    n: "about ten",
  });
});

test("it is said where values come from", () => {
  expect(sourceWords([{ name: "a", value: "x", source: "example" }])).toContain("example");
  expect(sourceWords([{ name: "a", value: null, source: null }])).toBeUndefined();
});

test("an input may be called what every object has", () => {
  const names = ["constructor", "toString", "__proto__"];
  const asked = names.map((name) => ({ name, value: "x", source: null }));
  const fields = fieldsOf(asked, {});
  expect(fields.map(({ text }) => text)).toEqual(["x", "x", "x"]);
  expect(Object.entries(readFields(fields).inputs)).toEqual(names.map((name) => [name, "x"]));
});
