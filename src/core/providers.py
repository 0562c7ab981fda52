"""The model providers that a key `provider/name` may start with, and what each one needs to be called."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Provider:
    name: str
    title: str
    key_name: str | None
    """Name of the API key, both in /api-keys and as environment variable; None needs no key."""


PROVIDERS: dict[str, Provider] = {
    provider.name: provider
    for provider in (
        Provider("databricks", "Databricks model serving", "DATABRICKS_TOKEN"),
        Provider("openai", "OpenAI, or any server that speaks its protocol", "OPENAI_API_KEY"),
        Provider("anthropic", "Anthropic", "ANTHROPIC_API_KEY"),
        Provider("gemini", "Google Gemini", "GEMINI_API_KEY"),
        Provider("deepseek", "DeepSeek", "DEEPSEEK_API_KEY"),
        Provider("ollama", "Ollama", None),
        Provider("hosted_vllm", "vLLM server", None),
        Provider("demo", "Demo model: no language model runs", None),
        Provider("replay", "Answers of a recorded execution", None),
    )
}
DEMO_MODEL = "demo/demo"
