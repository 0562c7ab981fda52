"""Whatever is thrown at the config adapter, it answers with a plan or with problems people can read."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from src.core.errors import AppError, Invalid, NotAvailable
from src.engines.plans import CrewPlan
from tests.support.plans import a_catalogue, plan

_CATALOGUE = a_catalogue(disabled_tools=frozenset({"web_page"}))
_KEYS = st.sampled_from(["a", "a", "b", "b", "c", "a/b", "manager", "~"])
_TEXT = st.sampled_from(["do", "go", "{region}", "{a}{b}", "{", "}", "{{a}}", "ä{a}", "{a-b}", ""])
_MODELS = st.none() | st.sampled_from(
    [
        "house-model",
        "demo/demo",
        "openai/x",
        "anthropic/x",
        "ollama/x",
        "replay/1",
        "x",
        "/",
        "demo/",
    ]
)
_TOOLS = st.lists(st.sampled_from(["calculator", "web_page", "calculater", "mcp:x"]), max_size=3)
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["string", "#/$defs/a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "properties", "$ref", "$defs", "items", "pattern", "anyOf", "a"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
_SCHEMAS = (
    st.none() | st.sampled_from(["price", "nope"]) | st.dictionaries(_KEYS, _JSON, max_size=3)
)
_RAILS = (
    st.none()
    | _TEXT
    | st.fixed_dictionaries({"type": st.just("json"), "json_schema": st.just({}) | _JSON})
    | st.fixed_dictionaries({"type": st.just("length"), "min_chars": st.integers(0, 9)})
    | st.fixed_dictionaries({"type": st.just("llm"), "description": _TEXT, "llm": _MODELS})
)
_AGENTS = st.fixed_dictionaries(
    {"role": _TEXT, "goal": _TEXT},
    optional={
        "backstory": _TEXT,
        "llm": _MODELS,
        "tools": _TOOLS,
        "allow_delegation": st.booleans(),
        "memory": st.booleans(),
    },
)
_TASKS = st.fixed_dictionaries(
    {"description": _TEXT, "expected_output": _TEXT},
    optional={
        "name": st.none() | _TEXT,
        "agent": st.none() | _KEYS,
        "tools": _TOOLS,
        "context": st.none() | st.lists(_KEYS, max_size=4),
        "async_execution": st.booleans(),
        "human_input": st.booleans() | st.fixed_dictionaries({"when": st.just("before")}),
        "output_json": _SCHEMAS,
        "output_pydantic": _SCHEMAS,
        "guardrail": _RAILS,
        "guardrails": st.lists(_RAILS.filter(lambda rail: rail is not None), max_size=2),
    },
)
_SETTINGS: dict[str, st.SearchStrategy[Any]] = {
    "process": st.sampled_from(["sequential", "hierarchical"]),
    "planning": st.booleans(),
    "planning_llm": _MODELS,
    "manager_llm": _MODELS,
    "memory": st.booleans(),
    "model": _MODELS,
}
_YAML = st.fixed_dictionaries(
    {
        "agents_yaml": st.dictionaries(_KEYS, _AGENTS, min_size=1, max_size=3),
        "tasks_yaml": st.dictionaries(_KEYS, _TASKS, min_size=1, max_size=4),
    },
    optional=_SETTINGS,
)
_NODES = st.one_of(
    st.fixed_dictionaries({"id": _KEYS, "type": st.just("agentNode"), "data": _AGENTS}),
    st.fixed_dictionaries({"id": _KEYS, "type": st.just("taskNode"), "data": _TASKS}),
    st.fixed_dictionaries({"id": _KEYS, "type": st.just("managerNode"), "data": _AGENTS}),
    st.fixed_dictionaries(
        {
            "id": _KEYS,
            "type": st.sampled_from(["agentNode", "taskNode"]),
            "data": st.dictionaries(_KEYS, _JSON, max_size=2),
        }
    ),
)
_CANVAS = st.fixed_dictionaries(
    {
        "nodes": st.lists(_NODES, max_size=6),
        "edges": st.lists(st.fixed_dictionaries({"source": _KEYS, "target": _KEYS}), max_size=8),
    },
    optional=_SETTINGS,
)
_ALL_INPUTS = st.just({"a": "A", "b": 2, "region": "Europe", "a-b": ["{a}"]})
_INPUTS = _ALL_INPUTS | st.dictionaries(
    st.sampled_from(["a", "b", "region", "a-b"]), _JSON, max_size=3
)


@settings(max_examples=400, deadline=None)
@given(_YAML | _CANVAS, _INPUTS)
def test_a_definition_gives_a_plan_or_readable_problems(
    crew: dict[str, Any], inputs: dict[str, Any]
) -> None:
    try:
        made = plan(crew, inputs, _CATALOGUE)
    except ValidationError as exc:
        assert all(error["msg"] for error in exc.errors())
    except (Invalid, NotAvailable) as exc:
        _check_problems(exc, crew)
    else:
        _check_plan(made)


def _check_problems(exc: AppError, crew: dict[str, Any]) -> None:
    assert exc.errors
    for error in exc.errors:
        assert error.code
        assert error.message
        first = error.pointer.split("/")[1]
        assert first in {*crew, "model", "process", "manager_llm", "planning_llm"}


def _check_plan(made: CrewPlan) -> None:
    keys = [task.key for task in made.tasks]
    agents = {agent.key for agent in made.agents}
    for index, task in enumerate(made.tasks):
        assert task.index == index
        assert set(task.context) <= set(keys[:index])
        assert task.agent in agents or (task.agent is None and made.process == "hierarchical")
        assert {*task.tools} <= {tool.key for tool in made.tools}
    assert made == CrewPlan.model_validate(made.model_dump(mode="json"))


@st.composite
def _sound_tasks(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    count = draw(st.integers(1, 6))
    keys = [f"t{index}" for index in range(count)]
    tasks: dict[str, dict[str, Any]] = {}
    for index, key in enumerate(keys):
        earlier = st.lists(st.sampled_from(keys[:index]), max_size=4) if index else st.just([])
        tasks[key] = {
            "description": "Find {a}",
            "expected_output": "A table",
            "agent": draw(st.sampled_from(["ann", "bob"])),
            "context": draw(earlier if index % 2 else earlier | st.none()),
            "async_execution": draw(st.booleans()) and index < count - 1,
        }
    return tasks


_AGENTS_OF_SOUND_CREWS = {
    key: {"role": "Analyst of {b}", "goal": "Find out", "backstory": ""} for key in ("ann", "bob")
}


@given(_sound_tasks())
def test_a_sound_crew_gets_a_plan(tasks: dict[str, dict[str, Any]]) -> None:
    made = plan({"agents_yaml": _AGENTS_OF_SOUND_CREWS, "tasks_yaml": tasks}, {"a": "x", "b": "y"})

    _check_plan(made)
    assert [task.key for task in made.tasks] == list(tasks)
    assert {task.description for task in made.tasks} == {"Find x"}


@given(_sound_tasks(), st.randoms())
def test_a_canvas_means_what_the_same_crew_in_yaml_means(
    tasks: dict[str, dict[str, Any]], random: Any
) -> None:
    for task in tasks.values():
        task["context"] = task["context"] or []
        task["async_execution"] = False
    nodes = [
        {"id": key, "type": "agentNode", "data": one} for key, one in _AGENTS_OF_SOUND_CREWS.items()
    ]
    edges = []
    for key, task in tasks.items():
        shown = {name: task[name] for name in ("description", "expected_output")}
        nodes.append({"id": key, "type": "taskNode", "data": shown})
        edges += [{"source": name, "target": key} for name in (task["agent"], *task["context"])]
    random.shuffle(nodes)
    random.shuffle(edges)
    inputs = {"a": "x", "b": "y"}

    drawn = plan({"nodes": nodes, "edges": edges}, inputs)
    written = plan({"agents_yaml": _AGENTS_OF_SOUND_CREWS, "tasks_yaml": tasks}, inputs)

    _check_plan(drawn)
    for planned in written.tasks:
        other = drawn.task(planned.key)
        assert (other.agent, set(other.context)) == (planned.agent, set(planned.context))
