import type { Schema } from "@/api/types";

export type Kind = Schema<"MemoryBackendCreate">["kind"];
export type Config = Schema<"MemoryConfig">;
type Provider = Schema<"EmbedderConfig">["provider"];

export const PROVIDERS: { value: NonNullable<Provider>; label: string }[] = [
  { value: "local", label: "Local: nothing leaves the machine" },
  { value: "databricks", label: "Databricks" },
  { value: "openai", label: "OpenAI" },
  { value: "gemini", label: "Gemini" },
  { value: "ollama", label: "Ollama" },
  { value: "hosted_vllm", label: "vLLM server" },
];

/** A configuration as the form holds it: empty text is "left out". */
export interface ConfigValues {
  name: string;
  kind: Kind;
  endpoint_name: string;
  document_endpoint_name: string;
  short_term_index: string;
  long_term_index: string;
  entity_index: string;
  document_index: string;
  enable_short_term: boolean;
  enable_long_term: boolean;
  enable_entity: boolean;
  provider: string;
  model: string;
  dimension: number | string;
  extraction: boolean;
  extraction_model: string;
  ttl_hours: number;
  recall_limit: number;
  may_fall_back: boolean;
}

export const TEXTS = [
  "endpoint_name",
  "document_endpoint_name",
  "short_term_index",
  "long_term_index",
  "entity_index",
  "document_index",
  "extraction_model",
] as const;

export function valuesOfConfig(name: string, kind: Kind, config: Config): ConfigValues {
  const texts = Object.fromEntries(TEXTS.map((key) => [key, config[key] ?? ""])) as Record<
    (typeof TEXTS)[number],
    string
  >;
  return {
    name,
    kind,
    ...texts,
    enable_short_term: config.enable_short_term,
    enable_long_term: config.enable_long_term,
    enable_entity: config.enable_entity,
    provider: config.embedder?.provider ?? "",
    model: config.embedder?.model ?? "",
    dimension: config.embedder?.dimension ?? "",
    extraction: config.extraction,
    ttl_hours: config.ttl_hours,
    recall_limit: config.recall_limit,
    may_fall_back: config.may_fall_back,
  };
}

export const NEW_CONFIG: Config = {
  enable_short_term: true,
  enable_long_term: true,
  enable_entity: true,
  extraction: true,
  ttl_hours: 24,
  recall_limit: 8,
  may_fall_back: false,
};

export function configOf(values: ConfigValues): Config {
  const texts = Object.fromEntries(
    TEXTS.map((key) => [key, values[key].trim() === "" ? null : values[key].trim()]),
  );
  return {
    ...texts,
    enable_short_term: values.enable_short_term,
    enable_long_term: values.enable_long_term,
    enable_entity: values.enable_entity,
    embedder:
      values.provider === ""
        ? null
        : {
            provider: values.provider as NonNullable<Provider>,
            model: values.model.trim() === "" ? null : values.model.trim(),
            dimension: typeof values.dimension === "number" ? values.dimension : null,
          },
    extraction: values.extraction,
    ttl_hours: values.ttl_hours,
    recall_limit: values.recall_limit,
    may_fall_back: values.may_fall_back,
  };
}

/** The server's `config.embedder.model` is the field `model` here. */
export function configErrors(errors: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).map(([name, message]) => [
      name.replace(/^config\./, "").replace(/^embedder\.?/, "") || "provider",
      message,
    ]),
  );
}
