import type { Snippets } from "@/components/ApiTab";
import type { Run } from "@/features/runs/model/live";
import { asCommands, asCurl, asProgram } from "@/api/snippets";

/** Reading this run, and following it, for programs. */
export function snippetsOf(run: Run, signedIn: boolean): Snippets {
  const path = `/api/v1/executions/${run.id}`;
  return {
    curl: [
      "# the run as it is now",
      asCurl({ method: "GET", path }, signedIn),
      "",
      "# every event, also those to come",
      `${asCurl({ method: "GET", path: `${path}/events/stream?after=0` }, signedIn)} -N`,
    ].join("\n"),
    python: asProgram(
      [
        `run = kasal.get_execution("${run.id}")`,
        "print(run.status, run.result.raw if run.result else run.error)",
        `for event in kasal.stream_execution_events("${run.id}"):`,
        "    print(event.seq, event.type, event.task)",
      ],
      signedIn,
    ),
    kasal: asCommands(
      [`kasal executions show ${run.id}`, `kasal executions follow ${run.id}`],
      signedIn,
    ),
  };
}
