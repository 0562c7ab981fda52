import type { Snippets } from "@/components/ApiTab";
import { asCommands, asCurl, asProgram, asPython, quoteForShell } from "@/api/snippets";

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
  const command = [
    `kasal crews run ${crewId}`,
    ...(hasInputs ? [`--inputs ${quoteForShell(JSON.stringify(inputs))}`] : []),
    "--follow",
  ];
  return {
    curl: asCurl({ method: "POST", path: "/api/v1/executions", body }, signedIn),
    python: asProgram(
      [
        `run = kasal.run(${asPython(body)})`,
        "print(run.status, run.result.raw if run.result else run.error)",
      ],
      signedIn,
    ),
    kasal: asCommands([command.join(" \\\n  ")], signedIn),
  };
}
