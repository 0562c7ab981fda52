"""What a crew may look like and what is said about one that cannot run."""

import time
from typing import Any

import pytest
from pydantic import ValidationError

from src.core.approval import ApprovalPlan
from src.core.errors import Invalid
from src.core.tenancy import Role
from src.engines.base import RunRequest
from src.engines.crewai.config_adapter import plan_crew
from src.engines.plans import BudgetPlan, ModelPlan
from src.schemas.crew_config import CrewDefinition
from tests.support.plans import a_catalogue, a_crew, a_task, an_agent, explained, plan, problems_of

TASK = "/tasks_yaml/moves"
AGENT = "/agents_yaml/analyst"


def tasks_reading(**contexts: list[str] | None) -> dict[str, Any]:
    return {key: a_task(context=context) for key, context in contexts.items()}


def in_task(**fields: Any) -> dict[str, Any]:
    return a_crew(tasks={"moves": a_task(**fields)})


def in_agent(**fields: Any) -> dict[str, Any]:
    return a_crew(agents={"analyst": an_agent(**fields)})


def test_a_crew_becomes_a_plan_with_inputs_filled_in() -> None:
    crew = a_crew(
        agents={"analyst": an_agent(role="{region} analyst", tools=["calculator"], max_iter=7)},
        tasks={"moves": a_task(description="Moves in {region}", name="Moves of {region}")},
        model="house-model",
    )
    budget = BudgetPlan(max_tokens=9)

    made = plan_crew(
        CrewDefinition.model_validate(crew),
        RunRequest("Prices", {"region": "Europe", "unused": 1}, budget),
        a_catalogue(),
    )

    (agent,), (task,) = made.agents, made.tasks
    assert (agent.key, agent.role, agent.max_iter) == ("analyst", "Europe analyst", 7)
    assert (agent.model.name, agent.model.temperature) == ("gpt-house", 0.7)
    assert (task.description, task.name) == ("Moves in Europe", "Moves of Europe")
    assert [tool.key for tool in made.tools] == ["calculator"]
    assert (made.name, made.budget, made.process) == ("Prices", budget, "sequential")
    assert made.warnings == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("{goal}", "{goal}"),
        (5, "5"),
        (True, "true"),
        (None, "null"),
        ({"a": ["é"]}, '{"a": ["é"]}'),
    ],
)
def test_inputs_are_inserted_once_and_as_json_unless_they_are_text(value: Any, text: str) -> None:
    made = plan(in_task(description="Say {word}!"), {"word": value, "goal": "no"})

    assert made.tasks[0].description == f"Say {text}!"


def test_braces_that_are_no_placeholder_stay() -> None:
    text = 'Answer like {"price": 1}, {}, {1}, { region } or {{x y}}'

    assert plan(in_task(description=text)).tasks[0].description == text


@pytest.mark.parametrize(
    ("crew", "pointer", "code"),
    [
        (in_task(agent="analist"), f"{TASK}/agent", "unknown-agent"),
        (in_task(agent=None), f"{TASK}/agent", "no-agent"),
        (in_task(tools=["calculater"]), f"{TASK}/tools/0", "unknown-tool"),
        (in_agent(tools=["calculator", "nope"]), f"{AGENT}/tools/1", "unknown-tool"),
        (in_agent(tools=["web_page"]), f"{AGENT}/tools/0", "disabled-tool"),
        (in_agent(tools=["mcp:wiki"]), f"{AGENT}/tools/0", "disabled-tool"),
        (in_agent(llm="gpt-9"), f"{AGENT}/llm", "unknown-model"),
        (in_agent(llm="nobody/gpt"), f"{AGENT}/llm", "unknown-model"),
        (in_agent(llm="demo/other"), f"{AGENT}/llm", "unknown-model"),
        (in_agent(llm="openai/"), f"{AGENT}/llm", "unknown-model"),
        (in_agent(llm="old-model"), f"{AGENT}/llm", "disabled-model"),
        (in_agent(llm="openai/gpt-old"), f"{AGENT}/llm", "disabled-model"),
        (in_agent(llm="anthropic/claude"), f"{AGENT}/llm", "no-key"),
        (in_agent(llm="ollama/qwen3"), f"{AGENT}/llm", "no-address"),
        (in_agent(llm="databricks/dbrx"), f"{AGENT}/llm", "no-address"),
        (in_agent(llm="odd-model"), f"{AGENT}/llm", "unknown-provider"),
        (a_crew(model="gpt-9"), "/model", "unknown-model"),
        (a_crew(process="hierarchical"), "/manager_llm", "no-manager"),
        (a_crew(process="hierarchical", manager_llm="gpt-9"), "/manager_llm", "unknown-model"),
        (a_crew(manager_llm="demo/demo"), "/manager_llm", "needless-manager"),
        (a_crew(planning=True, planning_llm="gpt-9"), "/planning_llm", "unknown-model"),
        (a_crew(planning_llm="demo/demo"), "/planning_llm", "needless-planner"),
        (in_agent(goal="In {region}"), f"{AGENT}/goal", "missing-input"),
        (in_task(expected_output="{format}"), f"{TASK}/expected_output", "missing-input"),
        (in_task(guardrail="is in {language}"), f"{TASK}/guardrail", "missing-input"),
        (in_task(output_json="prize"), f"{TASK}/output_json", "unknown-schema"),
        (in_task(output_json={"type": "array"}), f"{TASK}/output_json", "not-an-object"),
        (
            in_task(output_pydantic={"type": "object", "properties": 5}),
            f"{TASK}/output_pydantic/properties",
            "bad-schema",
        ),
        (
            in_task(output_json="price", output_pydantic="price"),
            f"{TASK}/output_pydantic",
            "two-outputs",
        ),
        (
            in_task(guardrail={"type": "llm", "description": "ok", "llm": "gpt-9"}),
            f"{TASK}/guardrail/llm",
            "unknown-model",
        ),
        (
            in_task(guardrails=["ok", {"type": "json", "json_schema": {"type": "objekt"}}]),
            f"{TASK}/guardrails/1/json_schema/type",
            "bad-schema",
        ),
        (
            in_task(guardrail={"type": "length", "min_chars": 9, "max_chars": 8}),
            f"{TASK}/guardrail/max_chars",
            "impossible",
        ),
        (a_crew(tasks={}), "/tasks_yaml", "no-tasks"),
        ({}, "", "no-crew"),
        (a_crew(tasks=tasks_reading(a=["b"], b=[])), "/tasks_yaml/a/context/0", "later-context"),
        (a_crew(tasks=tasks_reading(a=["a"])), "/tasks_yaml/a/context/0", "cyclic-context"),
        (
            a_crew(tasks=tasks_reading(a=["b"], b=["a"])),
            "/tasks_yaml/a/context/0",
            "cyclic-context",
        ),
        (
            a_crew(tasks=tasks_reading(a=["c"], b=["a"], c=["b"])),
            "/tasks_yaml/a/context/0",
            "cyclic-context",
        ),
        (a_crew(tasks=tasks_reading(a=[], b=["x"])), "/tasks_yaml/b/context/0", "unknown-task"),
        (
            a_crew(tasks={"a": a_task(async_execution=True), "b": a_task(async_execution=True)}),
            "/tasks_yaml/b/async_execution",
            "trailing-async",
        ),
    ],
)
def test_each_fault_has_a_code_and_points_at_its_field(
    crew: dict[str, Any], pointer: str, code: str
) -> None:
    models = {
        "house-model": ModelPlan(key="house-model", provider="openai", name="gpt-house"),
        "old-model": ModelPlan(key="old-model", provider="openai", name="gpt-old"),
        "odd-model": ModelPlan(key="odd-model", provider="gone", name="x"),
    }
    catalogue = a_catalogue(
        models=models,
        disabled_models=frozenset({"old-model"}),
        disabled_tools=frozenset({"web_page", "mcp:wiki"}),
        key_names=frozenset({"OPENAI_API_KEY", "DATABRICKS_TOKEN"}),
    )

    assert problems_of(crew, catalogue=catalogue) == {pointer: code}


@pytest.mark.parametrize(
    ("crew", "words"),
    [
        (in_task(agent="analist"), ["no agent 'analist'", "did you mean 'analyst'?"]),
        (in_task(tools=["calculater"]), ["no tool 'calculater'", "did you mean 'calculator'?"]),
        (in_agent(llm="gpt-9"), ["no model 'gpt-9'", "house-model", "provider/name", "openai/…"]),
        (
            in_agent(llm="anthropic/claude"),
            ["needs ANTHROPIC_API_KEY", "/api/v1/api-keys", "environment variable"],
        ),
        (in_agent(llm="ollama/qwen3"), ["needs an address", "OLLAMA_API_BASE"]),
        (in_agent(goal="In {region}"), ["uses {region}", "inputs has no 'region'"]),
        (a_crew(process="hierarchical"), ["needs manager_llm"]),
        (in_task(agent=None), ["'moves' has no agent", "hierarchical"]),
        (
            a_crew(tasks=tasks_reading(a=["b"], b=["a"])),
            ["'a' and 'b' wait for each other", "remove one"],
        ),
    ],
)
def test_messages_say_what_came_and_what_to_do(crew: dict[str, Any], words: list[str]) -> None:
    ((_, message),) = explained(crew).values()

    assert [word for word in words if word not in message] == []


def test_a_crew_without_agents_says_so() -> None:
    assert problems_of(a_crew(agents={})) == {
        "/agents_yaml": "no-agents",
        f"{TASK}/agent": "unknown-agent",
    }


def test_all_problems_are_told_at_once() -> None:
    crew = a_crew(
        agents={"analyst": an_agent(llm="gpt-9", tools=["x"]), "other": an_agent(goal="{a}")},
        tasks={"moves": a_task(agent="nobody", context=["y"]), "more": a_task(agent=None)},
        model="nope",
        planning_llm="nope",
    )

    assert problems_of(crew).keys() == {
        "/model",
        "/planning_llm",
        "/agents_yaml/analyst/llm",
        "/agents_yaml/analyst/tools/0",
        "/agents_yaml/other/goal",
        "/tasks_yaml/moves/agent",
        "/tasks_yaml/moves/context/0",
        "/tasks_yaml/more/agent",
    }


def test_a_wrong_crew_model_is_one_problem_however_many_agents_use_it() -> None:
    crew = a_crew(agents={f"a{i}": an_agent() for i in range(50)} | {"analyst": an_agent()})

    with pytest.raises(Invalid) as raised:
        plan({**crew, "model": "nope"})

    assert [error.pointer for error in raised.value.errors] == ["/model"]


def test_keys_in_pointers_are_escaped() -> None:
    crew = a_crew(tasks={"a/b": a_task(agent="nobody")})

    assert problems_of(crew) == {"/tasks_yaml/a~1b/agent": "unknown-agent"}


@pytest.mark.parametrize(
    ("given", "planned"),
    [
        (False, None),
        (True, ApprovalPlan()),
        ({"when": "before"}, ApprovalPlan(when="before")),
        (
            {"expires_in_s": 60, "on_expiry": "approve", "role": "editor"},
            ApprovalPlan(expires_in_s=60, on_expiry="approve", role=Role.EDITOR),
        ),
    ],
)
def test_a_task_may_ask_a_person(given: object, planned: ApprovalPlan | None) -> None:
    assert plan(in_task(human_input=given)).tasks[0].approval == planned


@pytest.mark.parametrize(
    "given",
    ["maybe", {"when": "during"}, {"on_expiry": "approve"}, {"expires_in_s": 0}, {"timeout": 5}],
)
def test_a_question_that_cannot_be_asked_is_refused(given: object) -> None:
    with pytest.raises(ValidationError):
        plan(in_task(human_input=given))


def test_context_defaults_to_everything_before_and_async_groups_do_not_read_themselves() -> None:
    side_by_side = {"async_execution": True}
    crew = a_crew(
        tasks={
            "first": a_task(),
            "left": a_task(**side_by_side),
            "right": a_task(**side_by_side),
            "none": a_task(context=[]),
            "late": a_task(**side_by_side),
            "chosen": a_task(context=["right", "first", "right"]),
            "last": a_task(),
        }
    )

    assert {task.key: task.context for task in plan(crew).tasks} == {
        "first": (),
        "left": ("first",),
        "right": ("first",),
        "none": (),
        "late": ("first", "left", "right", "none"),
        "chosen": ("right", "first"),
        "last": ("first", "left", "right", "none", "late", "chosen"),
    }


def test_named_schemas_and_models_come_from_the_catalogue() -> None:
    made = plan(in_task(output_pydantic="price"))
    assert (made.tasks[0].output_kind, made.tasks[0].output_schema) == (
        "pydantic",
        {"type": "object", "properties": {"euros": {"type": "integer"}}},
    )

    by_path = plan(in_agent(llm="openai/gpt-house")).agents[0].model
    assert (by_path.context_window, by_path.input_cost_per_mtok) == (9000, 2.0)
    assert (by_path.key, by_path.temperature) == ("openai/gpt-house", None)


@pytest.mark.parametrize(
    ("of_installation", "own_keys", "fits"),
    [(False, set(), False), (False, {"OPENAI_API_KEY"}, True), (True, set(), True)],
)
def test_an_address_of_the_groups_own_needs_a_key_of_the_groups_own(
    of_installation: bool, own_keys: set[str], fits: bool
) -> None:
    house = ModelPlan(
        key="house",
        provider="openai",
        name="x",
        base_url="https://llm.example.com/v1",
        installation_address=of_installation,
    )
    catalogue = a_catalogue(models={"house": house}, own_key_names=frozenset(own_keys))

    found = explained(in_agent(llm="house"), catalogue=catalogue)

    assert found.keys() == (set() if fits else {f"{AGENT}/llm"})
    assert all("not sent to an address" in message for _, message in found.values())


def test_a_sentence_as_guardrail_is_judged_by_the_crews_model() -> None:
    rails = ["is in {language}", {"type": "contains", "must": ["EUR"]}]

    made = plan(in_task(guardrails=rails) | {"model": "house-model"}, {"language": "Danish"})

    sentence, contains = made.tasks[0].guardrails
    assert (sentence.type, sentence.options) == ("llm", {"description": "is in Danish"})
    assert sentence.model is not None
    assert sentence.model.key == "house-model"
    assert (contains.type, contains.options["must"], contains.model) == ("contains", ["EUR"], None)


def test_planner_and_manager_get_the_models_that_were_named() -> None:
    crew = a_crew(process="hierarchical", manager_llm="house-model", planning=True)

    made = plan(crew)

    assert made.manager_model is not None
    assert made.planning_model is not None
    assert (made.manager_model.key, made.planning_model.key) == ("house-model", "demo/demo")
    assert {model.key for model in made.model_plans()} == {"house-model", "demo/demo"}


@pytest.mark.parametrize(
    ("crew", "words"),
    [
        (in_agent(allow_delegation=True), "no other agent to delegate to"),
        (
            a_crew(
                agents={"analyst": an_agent(), "twin": an_agent(role=" analyst ")},
                process="hierarchical",
                manager_llm="demo/demo",
            ),
            "analyst, twin have the same role",
        ),
    ],
)
def test_what_will_have_no_effect_is_a_warning(crew: dict[str, Any], words: str) -> None:
    (warning,) = plan(crew).warnings

    assert words in warning


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        ({"$ref": "https://example.com/s.json"}, "/$ref"),
        ({"properties": {"a": {"$ref": "file:///etc/passwd"}}}, "/properties/a/$ref"),
        ({"properties": {"a": {"$ref": "#/$defs/none"}}}, "/properties/a/$ref"),
        ({"properties": {"a": {"type": "string", "pattern": "("}}}, "/properties/a/pattern"),
    ],
)
def test_schemas_refer_to_nothing_outside_and_hold_working_patterns(
    schema: dict[str, Any], pointer: str
) -> None:
    crew = in_task(output_json={"type": "object", **schema})

    assert problems_of(crew).keys() == {f"{TASK}/output_json{pointer}"}


def test_a_schema_may_refer_to_itself() -> None:
    tree = {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
        "$defs": {"node": {"type": "object", "properties": {"up": {"$ref": "#"}}}},
    }

    assert problems_of(in_task(output_json=tree)) == {}


def test_a_schema_nested_beyond_reason_is_refused() -> None:
    schema: dict[str, Any] = {"type": "object"}
    for _ in range(2000):
        schema = {"type": "object", "properties": {"a": schema}}

    assert set(problems_of(in_task(output_json=schema)).values()) == {"value-error"}


def test_inputs_cannot_blow_a_text_up() -> None:
    crew = in_task(description="{a}" * 10_000)

    assert problems_of(crew, {"a": "x" * 200}) == {f"{TASK}/description": "too-long"}


def test_inputs_cannot_blow_a_crew_up() -> None:
    tasks = {f"t{i}": a_task(description="{a}" * 4) for i in range(30)}

    found = problems_of(a_crew(tasks=tasks), {"a": "x" * 200_000})

    assert set(found.values()) == {"too-long"}
    assert len(found) < 30


def test_five_thousand_agents_are_refused_by_the_shape() -> None:
    with pytest.raises(ValueError, match="at most 200"):
        plan(a_crew(agents={f"a{i}": an_agent() for i in range(5000)}))


def cpu_s(crew: dict[str, Any]) -> float:
    definition = CrewDefinition.model_validate(crew)
    started = time.process_time()
    try:
        plan_crew(definition, RunRequest("Prices", {}), a_catalogue())
    except Invalid as exc:
        assert len(exc.errors) <= 100
    return time.process_time() - started


def all_before(count: int) -> dict[str, Any]:
    keys = [f"t{i}" for i in range(count)]
    return {key: a_task(context=keys[:index]) for index, key in enumerate(keys)}


def all_others(count: int) -> dict[str, Any]:
    keys = [f"t{i}" for i in range(count)]
    return {key: a_task(context=keys) for key in keys}


@pytest.mark.parametrize(
    "tasks",
    [
        {f"t{i}": a_task() for i in range(500)},
        all_before(500),
        all_others(500),
        {
            f"t{i}": a_task(agent=f"ghost{i}", tools=[f"x{j}" for j in range(64)])
            for i in range(500)
        },
    ],
    ids=["everything before", "all named", "all in a circle", "all wrong"],
)
def test_the_largest_crews_are_planned_in_little_time(tasks: dict[str, Any]) -> None:
    agents = {f"agent-{i}": an_agent() for i in range(199)} | {"analyst": an_agent()}

    assert cpu_s(a_crew(agents=agents, tasks=tasks)) < 1.0  # 0.02 to 0.15 s when measured
