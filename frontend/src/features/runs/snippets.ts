import { actingGroup } from "@/api/group";
import type { Snippets } from "@/components/ApiTab";
import type { Run } from "@/features/runs/model/live";
import { asCurl } from "@/lib/snippets";

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
    python: python(run.id, signedIn),
    kasal: `kasal executions show ${run.id}\nkasal executions follow ${run.id}`,
  };
}

function python(id: string, signedIn: boolean): string {
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
    `    run = kasal.get_execution("${id}")`,
    "    print(run.status, run.usage.cost_usd)",
    `    for event in kasal.stream_execution_events("${id}"):`,
    "        print(event.seq, event.type, event.task)",
  ].join("\n");
}
