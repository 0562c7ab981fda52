import type { Schema } from "@/api/types";

export type Model = Schema<"ModelConfigRead">;
type Body = Schema<"ModelConfigCreate">;

/** As the fields hold it: a number that is left out is "". */
export interface ModelValues {
  key: string;
  name: string;
  provider: string;
  base_url: string;
  temperature: number | "";
  context_window: number | "";
  max_output_tokens: number | "";
  input_cost_per_mtok: number | "";
  output_cost_per_mtok: number | "";
  requests_per_minute: number | "";
  tokens_per_minute: number | "";
  enabled: boolean;
}

export function valuesOf(model: Model | undefined): ModelValues {
  return {
    key: model?.key ?? "",
    name: model?.name ?? "",
    provider: model?.provider ?? "openai",
    base_url: model?.base_url ?? "",
    temperature: model?.temperature ?? "",
    context_window: model?.context_window ?? 128_000,
    max_output_tokens: model?.max_output_tokens ?? 4096,
    input_cost_per_mtok: model?.input_cost_per_mtok ?? "",
    output_cost_per_mtok: model?.output_cost_per_mtok ?? "",
    requests_per_minute: model?.requests_per_minute ?? "",
    tokens_per_minute: model?.tokens_per_minute ?? "",
    enabled: model?.enabled ?? true,
  };
}

/** As the API takes it: an empty field is null, and the two that must have a number keep their defaults. */
export function bodyOf(values: ModelValues): Body {
  const { context_window, max_output_tokens, ...rest } = values;
  return {
    key: rest.key.trim(),
    name: rest.name.trim(),
    provider: rest.provider,
    base_url: rest.base_url.trim() === "" ? null : rest.base_url.trim(),
    temperature: orNull(rest.temperature),
    context_window: context_window === "" ? 128_000 : context_window,
    max_output_tokens: max_output_tokens === "" ? 4096 : max_output_tokens,
    input_cost_per_mtok: orNull(rest.input_cost_per_mtok),
    output_cost_per_mtok: orNull(rest.output_cost_per_mtok),
    requests_per_minute: orNull(rest.requests_per_minute),
    tokens_per_minute: orNull(rest.tokens_per_minute),
    enabled: rest.enabled,
  };
}

function orNull(value: number | ""): number | null {
  return value === "" ? null : value;
}
