"""Model plans and models that talk to the scripted server."""

from typing import Any

from pydantic import SecretStr

from src.engines.base import Credentials
from src.engines.crewai.llms.litellm_model import LiteLLMModel, RetryPolicy
from src.engines.crewai.llms.manager import LlmConfig, LlmManager
from src.engines.plans import ModelPlan
from tests.support.fake_run import FakeRun
from tests.support.scripted_openai import ScriptedOpenAI

KEY = "sk-test-0123456789abcdef"
AT_ONCE = RetryPolicy(max_retries=2, first_wait_s=0.001, longest_wait_s=30.0)


def databricks_plan(name: str = "databricks-gpt-oss-20b", **fields: Any) -> ModelPlan:
    return ModelPlan(key=f"databricks/{name}", provider="databricks", name=name, **fields)


def openai_plan(name: str = "gpt-4o-mini", **fields: Any) -> ModelPlan:
    return ModelPlan(key=f"openai/{name}", provider="openai", name=name, **fields)


def make_run(**fields: Any) -> FakeRun:
    keys = {"DATABRICKS_TOKEN": SecretStr(KEY), "OPENAI_API_KEY": SecretStr(KEY)}
    fields.setdefault("credentials", Credentials(keys=keys, own_keys=frozenset(keys)))
    return FakeRun(**fields)


def make_model(
    server: ScriptedOpenAI,
    run: FakeRun,
    plan: ModelPlan | None = None,
    agent: str = "analyst",
    **config: Any,
) -> LiteLLMModel:
    """On the `databricks/` route unless the plan says otherwise."""
    settings = LlmConfig(
        databricks_host=server.databricks_host,
        openai_base_url=server.base_url,
        ollama_api_base=server.databricks_host,
        hosted_vllm_api_base=server.base_url,
        **{"retries": AT_ONCE, "timeout_s": 10.0, **config},
    )
    model = LlmManager(settings).model_for(plan or databricks_plan(), run, agent)
    assert isinstance(model, LiteLLMModel)
    return model
