import { Problem } from "@/api/problem";
import type { Schema } from "@/api/types";

/** What a job of the kind model_test leaves as its result. */
export interface Trial {
  model: string;
  ok: boolean;
  latencyMs: number;
  error: { code: string; message: string } | undefined;
}

const TITLES: Record<string, string> = {
  "model.auth": "The provider refused the key",
  "model.no-key": "There is no key",
  "model.no-address": "There is no address",
  "model.rate-limited": "The provider limits requests",
  "model.timeout": "The provider did not answer in time",
  "model.unavailable": "The provider cannot be reached",
  "model.bad-request": "The provider refused the request",
};

export function trialOf(job: Schema<"JobRead">): Trial | undefined {
  const result = job.result;
  if (job.status !== "done" || result === null || typeof result.ok !== "boolean") return undefined;
  const error = result.error as Trial["error"] | null;
  return {
    model: String(result.model),
    ok: result.ok,
    latencyMs: Number(result.latency_ms),
    error: error ?? undefined,
  };
}

/** As a card shows it: what the provider said, and what to do. */
export function problemOf(code: string, message: string): Problem {
  const title = TITLES[code] ?? "The model did not answer";
  return new Problem({ status: 0, code, title, detail: message });
}

type Model = Pick<Schema<"ModelConfigRead">, "key" | "provider" | "enabled">;

/** Which models of a provider can be asked, the group's default first. */
export function modelsToTry(models: Model[], provider: string, preferred: string): string[] {
  const keys = models
    .filter((one) => one.provider === provider && one.enabled)
    .map(({ key }) => key);
  const first = preferred.startsWith(`${provider}/`) ? [preferred] : [];
  return [...new Set([...first, ...keys])];
}

type Provider = Schema<"ProviderRead">;

/** Names of the providers that have cards: those with a key, those that want one, those that need none, the demo model. */
export function inOrder(providers: Provider[]): string[] {
  const rank = ({ name, configured, key_name }: Provider) => {
    if (name === "demo") return 3;
    if (key_name === null) return 2;
    return configured ? 0 : 1;
  };
  const shown = providers.filter(({ name }) => name !== "replay");
  return shown.sort((one, other) => rank(one) - rank(other)).map(({ name }) => name);
}
