"""The demo model: labelled, deterministic, and really using tools."""

import json
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from src.core.events import EventType
from src.engines.crewai.llms.demo_model import LABEL, DemoModel
from src.engines.crewai.llms.demo_tools import Facts, planned_calls
from src.engines.crewai.llms.errors import ModelCallFailed
from src.engines.plans import ModelPlan, SideEffect, ToolPlan
from tests.support.crews import CalculatorTool, make_agent, make_task, run_crew
from tests.support.fake_run import FakeRun, make_plan

PLAN = ModelPlan(key="demo/demo", provider="demo", name="demo")
SALES = "region,product,amount\nNorth,Helmet,1200\nNorth,Lock,310\nSouth,Helmet,950\n"


class Line(BaseModel):
    product: str = Field(max_length=30)
    pieces: int = Field(ge=3, le=9)
    share: float = Field(gt=0, lt=1)


class Order(BaseModel):
    title: str = Field(min_length=50)
    status: Literal["open", "paid"]
    lines: list[Line] = Field(min_length=2)
    note: str | None = None
    urgent: bool


class Coded(BaseModel):
    code: str = Field(pattern=r"^[A-Z]{3}-\d{4}$")


def demo(run: FakeRun | None = None) -> DemoModel:
    return DemoModel(PLAN, run or FakeRun(), "analyst")


def tool(name: str, *arguments: str, required: tuple[str, ...] | None = None) -> dict[str, Any]:
    properties = {argument: {"type": "string"} for argument in arguments}
    needed = list(arguments if required is None else required)
    parameters = {"type": "object", "properties": properties, "required": needed}
    return {
        "type": "function",
        "function": {"name": name, "description": "", "parameters": parameters},
    }


CALCULATOR = tool("calculator", "expression")
TIME = tool("current_time", "time_zone", required=())
CSV = tool("query_csv", "query", "data", "input_name", required=("query",))
JSON = tool("query_json", "query", "data", "input_name", required=("query",))
HTTP_GET = tool("http_get", "url")
HTTP_POST = tool("http_post", "url", "body")
ALL = [CALCULATOR, TIME, CSV, JSON, HTTP_GET, HTTP_POST]


def calls(task: str, *tools: dict[str, Any], **inputs: Any) -> list[tuple[str, dict[str, Any]]]:
    facts = Facts(task, inputs, frozenset({"http_post"}))
    return [(call.name, call.arguments) for call in planned_calls(list(tools or ALL), facts)]


def test_every_answer_says_in_its_first_line_that_no_model_ran() -> None:
    answer = demo().call("Write a brief on helmets")

    assert answer.splitlines()[0] == LABEL == "[demo model: no language model ran]"
    assert "Write a brief on helmets" in answer


def test_the_same_question_has_the_same_answer() -> None:
    assert demo().call("Write a brief") == demo().call("Write a brief")


def test_words_are_counted_as_tokens_and_cost_nothing() -> None:
    run = FakeRun()

    answer = demo(run).call("Write a brief")

    assert run.usage.prompt_tokens == 3
    assert run.usage.completion_tokens == len(answer.split())
    assert run.usage.cost_usd == 0.0
    assert "".join(chunk.data["text"] for chunk in run.of_type(EventType.LLM_CHUNK)) == answer


def test_a_crew_calls_the_calculator_and_reports_what_it_said() -> None:
    run = FakeRun(plan=make_plan({"market": "Europe"}))
    agent = make_agent(demo(run), CalculatorTool())

    answer = run_crew(make_task(agent, "Work out 17 * 23 for Europe."))

    assert answer.startswith(LABEL)
    assert "result of 17 * 23" in answer
    assert "**market**: Europe" in answer
    assert run.usage.llm_calls == 2


def test_later_tasks_quote_earlier_ones() -> None:
    agent = make_agent(demo())

    answer = run_crew(make_task(agent, "List the moves"), make_task(agent, "Sum them up"))

    assert "From earlier tasks" in answer
    assert "List the moves" in answer
    assert answer.count(LABEL) == 1


@pytest.mark.parametrize(
    ("task", "expression"),
    [
        ("What is 17 * 23?", "17 * 23"),
        ("What is 17% of 250?", "250 * 17 / 100"),
        ("Give the sum of 3, 4 and 5", "3 + 4 + 5"),
        ("Give the average of 3 and 5", "(3 + 5) / 2"),
        ("Work out (3+4)*2 by 2026-01-15", "(3+4)*2"),
        ("Growth in percent from 1250 last year to 1480", "(1480 - 1250) / 1250 * 100"),
    ],
)
def test_arithmetic_in_the_task_goes_to_the_calculator(task: str, expression: str) -> None:
    assert calls(task, CALCULATOR) == [("calculator", {"expression": expression})]


@pytest.mark.parametrize("task", ["Write a brief", "Read pages 10-20", "Due 2026-01-15", "1\n- 2"])
def test_the_calculator_rests_when_there_is_nothing_to_calculate(task: str) -> None:
    assert calls(task, CALCULATOR) == []


def test_words_about_time_ask_for_the_time() -> None:
    assert calls("What is today's date in Europe/Madrid?", TIME) == [
        ("current_time", {"time_zone": "Europe/Madrid"})
    ]
    assert calls("Write a brief", TIME) == []


def test_the_network_is_used_only_when_the_task_names_a_url() -> None:
    assert calls("Read about helmets and send a summary") == []
    assert calls("Read https://example.com/a.") == [("http_get", {"url": "https://example.com/a"})]


def test_tools_with_effects_need_a_url_and_a_request_to_send() -> None:
    sent = [name for name, _ in calls("Send a summary to https://example.com/hook")]

    assert "http_post" in sent


def test_once_tools_of_the_plan_are_known_to_the_model() -> None:
    plan = make_plan().model_copy(
        update={"tools": (ToolPlan(key="notify", side_effect=SideEffect.ONCE),)}
    )

    answer = demo(FakeRun(plan=plan)).call("Please notify sales", tools=[tool("notify", "text")])

    assert answer.startswith(LABEL)


def test_a_table_in_the_inputs_is_queried_by_group() -> None:
    task = f"Find the total of `amount` for each region:\n{SALES}"

    ((name, arguments),) = calls(task, CSV, JSON, sales=SALES)

    assert name == "query_csv"
    assert arguments["input_name"] == "sales"
    assert "data" not in arguments
    assert '"North": sum([?"region"==\'North\']."amount")' in arguments["query"]


def test_a_document_in_the_inputs_goes_to_the_json_tool() -> None:
    items = [{"name": "a", "price": 1}, {"name": "b", "price": 2}]

    assert calls("What is the total price?", CSV, JSON, items=items) == [
        ("query_json", {"query": 'sum([]."price")', "input_name": "items"})
    ]


def test_a_manager_delegates_to_the_coworker_whose_role_fits() -> None:
    delegate = tool("delegate_work_to_coworker", "task", "context", "coworker")
    delegate["function"][
        "description"
    ] = "Delegate a specific task to one of the following coworkers: Writer, Market analyst\nThe input"

    ((name, arguments),) = calls("Find the market size", delegate)

    assert name == "delegate_work_to_coworker"
    assert arguments["coworker"] == "Market analyst"
    assert arguments["task"] == "Find the market size"


def test_structured_output_is_valid_and_labelled() -> None:
    order = demo().call("Take the order", response_model=Order)

    assert isinstance(order, Order)
    assert order.title.startswith(LABEL)
    assert order.status == "open"


def test_a_schema_that_cannot_be_guessed_is_refused_in_words() -> None:
    with pytest.raises(ModelCallFailed) as caught:
        demo().call("Take the order", response_model=Coded)

    assert caught.value.code == "demo.schema"


def test_a_task_with_an_output_class_gets_json_even_after_tools() -> None:
    agent = make_agent(demo(), CalculatorTool())

    answer = run_crew(make_task(agent, "Work out 1 + 1", output_pydantic=Order))

    assert Order.model_validate(json.loads(answer)).status == "open"


def test_a_guardrail_that_a_model_judges_is_passed() -> None:
    agent = make_agent(demo())

    assert run_crew(make_task(agent, guardrail="Must be polite")).startswith(LABEL)


def test_planning_gives_every_task_a_plan() -> None:
    run = FakeRun()
    agent = make_agent(demo(run))

    answer = run_crew(
        make_task(agent, "List moves"),
        make_task(agent, "Sum up"),
        planning=True,
        planning_llm=demo(run),
    )

    assert "Do: Sum up" in answer


def test_a_correction_is_quoted_so_that_required_words_appear() -> None:
    prompt = (
        "### Previous attempt failed validation: it must contain 'helmet'\n\n\n### Previous result:"
    )

    assert "it must contain 'helmet'" in demo().call(prompt)
