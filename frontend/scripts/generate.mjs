// Writes src/api/schema.d.ts from the API's own OpenAPI document; `--check` only says whether it is fresh.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const root = fileURLToPath(new URL("../../", import.meta.url));
const target = fileURLToPath(new URL("../src/api/schema.d.ts", import.meta.url));
const HEADER =
  "// Generated from the OpenAPI document by `npm run generate`; not edited by hand.\n";

function python() {
  if (process.env.KASAL_PYTHON) return process.env.KASAL_PYTHON;
  const own = `${root}.venv/bin/python`;
  return existsSync(own) ? own : "python3";
}

const printed = execFileSync(python(), ["-m", "scripts.openapi"], {
  cwd: root,
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
});
const text = HEADER + astToString(await openapiTS(JSON.parse(printed)));

if (!process.argv.includes("--check")) {
  writeFileSync(target, text);
} else if (readFileSync(target, "utf8") !== text) {
  console.error("src/api/schema.d.ts is older than the API: run `npm run generate` and commit it");
  process.exit(1);
}
