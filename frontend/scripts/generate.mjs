// Writes from the API's own OpenAPI document: src/api/schema.d.ts, and src/api/fields.json, what forms say about
// the fields of a crew. `--check` only says whether both are fresh.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const root = fileURLToPath(new URL("../../", import.meta.url));
const at = (name) => fileURLToPath(new URL(`../src/api/${name}`, import.meta.url));
const HEADER =
  "// Generated from the OpenAPI document by `npm run generate`; not edited by hand.\n";

function python() {
  if (process.env.KASAL_PYTHON) return process.env.KASAL_PYTHON;
  const own = `${root}.venv/bin/python`;
  return existsSync(own) ? own : "python3";
}

/** Shapes whose fields are drawn as forms: help, default and limits by name. */
const IN_FORMS = ["AgentConfig", "TaskConfig-Input", "CrewDefinition", "HumanInput"];
const KEPT = ["description", "default", "minimum", "maximum", "maxLength"];

function fieldsOf(schemas) {
  const shapes = IN_FORMS.map((name) => {
    const fields = Object.entries(schemas[name].properties).map(([field, given]) => [
      field,
      Object.fromEntries(KEPT.flatMap((key) => (has(given, key) ? [[key, find(given, key)]] : []))),
    ]);
    return [name.replace("-Input", ""), Object.fromEntries(fields)];
  });
  return Object.fromEntries(shapes);
}

/** Limits of what may be null stand in its other branch. */
function find(given, key) {
  return given[key] ?? given.anyOf?.find((branch) => branch[key] !== undefined)?.[key];
}

function has(given, key) {
  return find(given, key) !== undefined;
}

const printed = execFileSync(python(), ["-m", "scripts.openapi"], {
  cwd: root,
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
});
const document = JSON.parse(printed);
const files = {
  "schema.d.ts": HEADER + astToString(await openapiTS(document)),
  "fields.json": `${JSON.stringify(fieldsOf(document.components.schemas), null, 2)}\n`,
};

for (const [name, text] of Object.entries(files)) {
  if (!process.argv.includes("--check")) {
    writeFileSync(at(name), text);
  } else if (!existsSync(at(name)) || readFileSync(at(name), "utf8") !== text) {
    console.error(`src/api/${name} is older than the API: run \`npm run generate\` and commit it`);
    process.exit(1);
  }
}
