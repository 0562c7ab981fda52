import { actingGroup } from "@/api/group";
import type { Snippets } from "@/components/ApiTab";
import { asCurl, asPython, quoteForShell } from "@/lib/snippets";

interface Call {
  crewId: string;
  inputs: Record<string, unknown>;
  /** The server wants a token. */
  signedIn: boolean;
}

/** Running this crew, for programs. */
export function runSnippets({ crewId, inputs, signedIn }: Call): Snippets {
  const hasInputs = Object.keys(inputs).length > 0;
  const body = { crew_id: crewId, ...(hasInputs ? { inputs } : {}) };
  return {
    curl: asCurl({ method: "POST", path: "/api/v1/executions", body }, signedIn),
    python: python(body, signedIn),
    kasal: kasal(crewId, inputs),
  };
}

function python(body: unknown, signedIn: boolean): string {
  const group = actingGroup();
  const options = [
    JSON.stringify(window.location.origin),
    ...(signedIn ? ['token=os.environ["KASAL_TOKEN"]'] : []),
    ...(group === undefined ? [] : [`group=${JSON.stringify(group)}`]),
  ];
  return [
    ...(signedIn ? ["import os", ""] : []),
    "from src.client.client import KasalClient",
    "",
    `with KasalClient(${options.join(", ")}) as kasal:`,
    `    run = kasal.run(${asPython(body)})`,
    "    print(run.status, run.result.raw if run.result else run.error)",
  ].join("\n");
}

function kasal(crewId: string, inputs: Record<string, unknown>): string {
  const group = actingGroup();
  const settings = [
    `KASAL_URL=${quoteForShell(window.location.origin)}`,
    ...(group === undefined ? [] : [`KASAL_GROUP=${group}`]),
  ];
  const given = Object.keys(inputs).length > 0;
  const parts = [`kasal crews run ${crewId}`];
  if (given) parts.push(`--inputs ${quoteForShell(JSON.stringify(inputs))}`);
  parts.push("--follow");
  return [settings.join(" "), parts.join(" \\\n  ")].join(" \\\n");
}
