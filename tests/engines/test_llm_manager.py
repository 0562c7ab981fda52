"""LlmManager: which address and whose credentials a model gets."""

import gc
import os
import ssl
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel, SecretStr

from src.core.settings import Settings
from src.engines.base import Credentials
from src.engines.crewai.llms.demo_model import DemoModel
from src.engines.crewai.llms.errors import ModelCallFailed
from src.engines.crewai.llms.litellm_model import RetryPolicy
from src.engines.crewai.llms.manager import LlmConfig, LlmManager
from src.engines.crewai.llms.replay_model import ReplayModel
from src.engines.plans import ModelPlan
from tests.support.crews import make_agent, make_task, run_crew
from tests.support.fake_run import FakeRun
from tests.support.models import databricks_plan, openai_plan
from tests.support.scripted_openai import ScriptedOpenAI

STORED = {"DATABRICKS_TOKEN": SecretStr("stored-pat")}
EVERYTHING = Credentials(
    keys=STORED,
    databricks_user_token=SecretStr("user-token"),
    databricks_client_id="client",
    databricks_client_secret=SecretStr("client-secret"),
    databricks_environment_token=SecretStr("environment-pat"),
)


class Price(BaseModel):
    euros: int


class SteppedClock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.now_s, UTC)

    def monotonic_s(self) -> float:
        return self.now_s


def config(server: ScriptedOpenAI, *, allow_private_urls: bool = False) -> LlmConfig:
    return LlmConfig(
        timeout_s=10.0,
        retries=RetryPolicy(max_retries=0),
        databricks_host=server.databricks_host,
        openai_base_url=server.base_url,
        allow_private_urls=allow_private_urls,
    )


def without(**fields: object) -> Credentials:
    """EVERYTHING, less what is named."""
    values = {name: getattr(EVERYTHING, name) for name in Credentials.__dataclass_fields__}
    return Credentials(**{**values, **fields})


@pytest.mark.parametrize(
    ("credentials", "identity", "key"),
    [
        (EVERYTHING, "obo", "user-token"),
        (without(databricks_user_token=None), "oauth-client", "oauth-1"),
        (
            without(databricks_user_token=None, databricks_client_id=""),
            "stored-key",
            "stored-pat",
        ),
        (
            without(databricks_user_token=None, databricks_client_id="", keys={}),
            "environment",
            "environment-pat",
        ),
    ],
)
def test_databricks_identities_are_tried_in_order_and_recorded(
    server: ScriptedOpenAI, credentials: Credentials, identity: str, key: str
) -> None:
    run = FakeRun(credentials=credentials)

    LlmManager(config(server)).model_for(databricks_plan(), run, "analyst").call("Hello")

    assert server.chats[0].api_key == key
    assert run.identities == [identity]


def test_a_service_principals_token_is_fetched_once_and_renewed_before_it_ends(
    server: ScriptedOpenAI,
) -> None:
    clock = SteppedClock()
    manager = LlmManager(config(server), clock)
    run = FakeRun(credentials=without(databricks_user_token=None))
    model = manager.model_for(databricks_plan(), run, "analyst")

    model.call("One")
    manager.model_for(databricks_plan(), run, "writer").call("Two")
    clock.now_s = 3500.0
    model.call("Three")

    assert [chat.api_key for chat in server.chats] == ["oauth-1", "oauth-1", "oauth-2"]
    fetches = [entry for entry in server.requests if entry.path == "/oidc/v1/token"]
    assert len(fetches) == 2
    assert fetches[0].body["form"] == "grant_type=client_credentials&scope=all-apis"


def test_a_refused_service_principal_is_an_auth_failure(server: ScriptedOpenAI) -> None:
    run = FakeRun(credentials=without(databricks_user_token=None, databricks_host="127.0.0.1:9"))
    model = LlmManager(config(server)).model_for(databricks_plan(), run, "analyst")

    with pytest.raises(ModelCallFailed) as caught:
        model.call("Hello")

    assert caught.value.code == "model.unavailable"
    assert "client-secret" not in caught.value.message


@pytest.mark.parametrize(
    ("provider", "key"),
    [
        ("databricks", "DATABRICKS_TOKEN"),
        ("openai", "OPENAI_API_KEY"),
        ("anthropic", "ANTHROPIC_API_KEY"),
        ("gemini", "GEMINI_API_KEY"),
        ("deepseek", "DEEPSEEK_API_KEY"),
    ],
)
def test_a_missing_key_says_its_name_and_where_to_put_it(
    server: ScriptedOpenAI, provider: str, key: str
) -> None:
    plan = ModelPlan(key=f"{provider}/m", provider=provider, name="m")

    with pytest.raises(ModelCallFailed) as caught:
        LlmManager(config(server)).model_for(plan, FakeRun(), "analyst")

    assert caught.value.code == "model.no-key"
    assert key in caught.value.message
    assert "/api/v1/api-keys" in caught.value.message


def test_a_key_in_the_environment_of_the_process_is_not_picked_up(
    server: ScriptedOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-operator")
    plan = ModelPlan(key="hosted_vllm/m", provider="hosted_vllm", name="m")
    settings = LlmConfig(hosted_vllm_api_base=server.base_url)

    LlmManager(settings).model_for(plan, FakeRun(), "analyst").call("Hello")

    assert server.chats[0].api_key == "none"


@pytest.mark.parametrize("provider", ["databricks", "ollama", "hosted_vllm"])
def test_a_missing_address_names_the_setting(provider: str) -> None:
    plan = ModelPlan(key=f"{provider}/m", provider=provider, name="m")

    with pytest.raises(ModelCallFailed) as caught:
        LlmManager(LlmConfig()).model_for(plan, FakeRun(credentials=Credentials(STORED)), "analyst")

    assert caught.value.code == "model.no-address"


@pytest.mark.parametrize("base", ["", "/", "/v1", "/v1/"])
def test_ollama_is_reached_below_v1_however_its_address_is_written(
    server: ScriptedOpenAI, base: str
) -> None:
    plan = ModelPlan(key="ollama/qwen3", provider="ollama", name="qwen3")
    settings = LlmConfig(ollama_api_base=f"{server.databricks_host}{base}")

    LlmManager(settings).model_for(plan, FakeRun(), "analyst").call("Hello")

    assert server.chats[0].path == "/v1/chat/completions"


def test_an_address_of_a_models_own_passes_the_guard(server: ScriptedOpenAI) -> None:
    plan = openai_plan(base_url="http://169.254.169.254/v1")
    run = FakeRun(credentials=Credentials({"OPENAI_API_KEY": SecretStr("k")}))

    with pytest.raises(ModelCallFailed) as caught:
        LlmManager(config(server)).model_for(plan, run, "analyst")

    assert caught.value.code == "model.bad-request"


def test_users_and_installation_tokens_never_go_to_an_address_of_a_models_own(
    server: ScriptedOpenAI,
) -> None:
    plan = databricks_plan(base_url=f"{server.databricks_host}/serving-endpoints")
    manager = LlmManager(config(server, allow_private_urls=True))
    stored = frozenset({"DATABRICKS_TOKEN"})

    manager.model_for(plan, FakeRun(credentials=without(own_keys=stored)), "analyst").call("Hello")

    assert server.chats[0].api_key == "stored-pat"
    for refused in (EVERYTHING, without(keys={})):
        with pytest.raises(ModelCallFailed):
            manager.model_for(plan, FakeRun(credentials=refused), "analyst")


def test_demo_and_replay_need_no_key(server: ScriptedOpenAI) -> None:
    manager = LlmManager(config(server))
    demo = ModelPlan(key="demo/demo", provider="demo", name="demo")
    replay = ModelPlan(key="replay/e", provider="replay", name="e")

    assert isinstance(manager.model_for(demo, FakeRun(), "a"), DemoModel)
    assert isinstance(manager.model_for(replay, FakeRun(), "a"), ReplayModel)


def test_an_unknown_provider_is_refused(server: ScriptedOpenAI) -> None:
    plan = ModelPlan(key="x/y", provider="x", name="y")

    with pytest.raises(ModelCallFailed) as caught:
        LlmManager(config(server)).model_for(plan, FakeRun(), "analyst")

    assert "databricks" in caught.value.message


def test_crewais_json_repair_cannot_build_a_client_of_its_own(
    server: ScriptedOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Instructor would take a key from the environment and pass by budget, cancel and events."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-operator")
    server.script({"answer": "this is not JSON"})
    run = FakeRun(credentials=Credentials({"OPENAI_API_KEY": SecretStr("k")}))
    model = LlmManager(config(server)).model_for(openai_plan(), run, "analyst")

    assert run_crew(make_task(make_agent(model), output_json=Price)) == "this is not JSON"

    assert [chat.api_key for chat in server.chats] == ["k"]


@pytest.mark.parametrize("plan", [databricks_plan(), openai_plan()], ids=["databricks", "openai"])
def test_further_calls_make_no_new_tls_context(server: ScriptedOpenAI, plan: ModelPlan) -> None:
    """One costs 20 to 40 ms of CPU. litellm makes a last one for itself, some time after the first call."""
    keys = {**STORED, "OPENAI_API_KEY": SecretStr("k")}
    manager = LlmManager(config(server))

    def call(agent: str) -> None:
        manager.model_for(plan, FakeRun(credentials=Credentials(keys)), agent).call("Hello")

    call("first")
    before = _tls_contexts()
    for number in range(8):
        call(f"agent-{number}")

    assert _tls_contexts() <= before + 1


def _tls_contexts() -> int:
    return sum(isinstance(one, ssl.SSLContext) for one in gc.get_objects())


def test_settings_are_taken_over() -> None:
    settings = Settings(
        _env_file=None, kasal_llm_timeout_s=7, kasal_llm_max_retries=4, kasal_llm_outage_s=9
    )

    made = LlmConfig.from_settings(settings)

    retries = made.retries
    assert (made.timeout_s, retries.max_retries, retries.outage_s) == (7, 4, 9)


def test_no_key_is_put_into_the_environment(server: ScriptedOpenAI) -> None:
    run = FakeRun(credentials=EVERYTHING)

    LlmManager(config(server)).model_for(databricks_plan(), run, "analyst").call("Hello")

    assert not {"user-token", "stored-pat", "client-secret"} & set(os.environ.values())
