import type { Schema } from "@/api/types";

export type FieldProblem = Schema<"FieldProblem">;

interface Parts {
  status: number;
  code: string;
  title: string;
  detail: string;
  requestId?: string | undefined;
  errors?: FieldProblem[];
  signIn?: boolean;
}

/** What the API says when it says no (problem+json), and what the browser says when it hears nothing. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | undefined;
  readonly errors: FieldProblem[];
  /** The server takes an access token, and got none that it knows. */
  readonly signIn: boolean;

  constructor(parts: Parts) {
    super(parts.detail);
    this.name = "Problem";
    this.status = parts.status;
    this.code = parts.code;
    this.title = parts.title;
    this.detail = parts.detail;
    this.requestId = parts.requestId;
    this.errors = parts.errors ?? [];
    this.signIn = parts.signIn ?? false;
  }

  static async from(response: Response): Promise<Problem> {
    const said = await readProblem(response);
    const scheme = response.headers.get("www-authenticate") ?? "";
    return new Problem({
      status: response.status,
      code: said?.code ?? `http-${response.status}`,
      title: said?.title ?? `The server answered ${response.status}`,
      detail:
        said?.detail ??
        "Something between this page and the server answered in its place. Try again.",
      requestId: said?.request_id ?? response.headers.get("x-request-id") ?? undefined,
      errors: said?.errors ?? [],
      signIn: response.status === 401 && scheme.toLowerCase().startsWith("bearer"),
    });
  }
}

async function readProblem(response: Response): Promise<Schema<"Problem"> | undefined> {
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("application/problem+json")) return undefined;
  try {
    return (await response.json()) as Schema<"Problem">;
  } catch {
    return undefined;
  }
}

/** Whatever was thrown, as something that ErrorCard can show. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError && /fetch|network|load/i.test(error.message)) {
    return new Problem({
      status: 0,
      code: "network",
      title: "The server cannot be reached",
      detail:
        "It may be starting anew, or the connection is gone. What you have entered is still here.",
    });
  }
  return new Problem({
    status: 0,
    code: "page",
    title: "This page made a mistake",
    detail: error instanceof Error ? error.message : String(error),
  });
}

/** The server's messages by field: pointer `/definition/name` is `definition.name`, as Mantine forms name it. */
export function fieldErrors(error: unknown, below = ""): Record<string, string> {
  const found = new Map<string, string>();
  for (const { pointer, message } of asProblem(error).errors) {
    if (!pointer.startsWith(`${below}/`)) continue;
    const steps = pointer.slice(below.length + 1).split("/");
    const name = steps.map((step) => step.replace(/~1/g, "/").replace(/~0/g, "~")).join(".");
    if (!found.has(name)) found.set(name, message);
  }
  return Object.fromEntries(found);
}
