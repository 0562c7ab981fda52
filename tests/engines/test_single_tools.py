"""What each tool does with good, bad and hostile arguments."""

import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from src.engines.crewai.tools.factory import ToolFactory
from tests.support.fake_run import FakeRun, make_plan
from tests.support.http_recorder import Answer, HttpRecorder, http_recorder
from tests.support.tool_building import FixedClock, build


@pytest.fixture
def factory() -> ToolFactory:
    return ToolFactory(allow_private_urls=True, clock=FixedClock())


@pytest.fixture
def web() -> Iterator[HttpRecorder]:
    with http_recorder({"/ok": Answer(b"fine")}) as recorder:
        yield recorder


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("2 + 2", "4"),
        ("0.1 + 0.2", "0.3"),
        ("2 ** 100", str(2**100)),
        ("7 / 2", "3.5"),
        ("6 / 2", "3.0"),
        ("-3 // 2", "-2"),
        ("17 % 5", "2"),
        ("sqrt(2) ** 2", "2.0"),
        ("round(1234.5678, 2)", "1234.57"),
        ("max(1, 5, 3) + mean(2, 4)", "8.0"),
        ("2 ** -1", "0.5"),
        ("pi * 2", "6.28318530717959"),
        ("factorial(20)", "2432902008176640000"),
        ("  1 + 1 ", "2"),
    ],
)
def test_the_calculator_computes(expression: str, expected: str, factory: ToolFactory) -> None:
    assert build(factory, FakeRun(), "calculator").run(expression=expression) == expected


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("__import__('os').system('id')", "invalid-expression"),
        ("().__class__.__bases__", "invalid-expression"),
        ("(1).to_bytes(9, 'big')", "invalid-expression"),
        ("'a' * 9", "invalid-expression"),
        ("[1] * 9", "invalid-expression"),
        ("[x for x in (1, 2)]", "invalid-expression"),
        ("9 ** 9 ** 9", "number-too-large"),
        ("(2 ** 4000) ** 3", "number-too-large"),
        ("factorial(100000)", "invalid-expression"),
        ("10.0 ** 400", "number-too-large"),
        ("(-8) ** 0.5", "invalid-expression"),
        ("1e308 * 10", "number-too-large"),
        ("x + 1", "'x' is unknown"),
        ("secret(1)", "'secret' is unknown"),
        ("12 apples", "not one arithmetic expression"),
        ("2 +", "not one arithmetic expression"),
        ("1 == 1", "invalid-expression"),
        ("round(2.5, 10 ** 9)", "invalid-expression"),
        ("((((((" * 60, "invalid-expression"),
        ("sqrt(-1)", "invalid-expression"),
        ("mean()", "Error ("),
    ],
)
def test_the_calculator_refuses_what_is_not_bounded_arithmetic(
    expression: str, hint: str, factory: ToolFactory
) -> None:
    answer = build(factory, FakeRun(), "calculator").run(expression=expression)
    assert answer.startswith("Error (")
    assert "tool-crashed" not in answer
    assert hint in answer


def test_the_current_time_is_told_in_the_zone_that_is_asked_for(factory: ToolFactory) -> None:
    tool = build(factory, FakeRun(), "current_time")
    assert tool.run() == "2026-01-15T12:00:00+00:00 (Thursday, UTC)"
    assert tool.run(time_zone="Asia/Tokyo") == "2026-01-15T21:00:00+09:00 (Thursday, Asia/Tokyo)"


@pytest.mark.parametrize("name", ["Europe/Berln", "../../etc/passwd", "/etc/passwd", "", "Europe"])
def test_an_unknown_time_zone_is_answered_with_a_suggestion(
    name: str, factory: ToolFactory
) -> None:
    answer = build(factory, FakeRun(), "current_time").run(time_zone=name)
    assert "Error (unknown-time-zone)" in answer
    assert "Europe/" in answer


def test_http_post_sends_its_body_and_reads_the_answer(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    web.answers["/items"] = Answer(b'{"id": 7}', 201, content_type="application/json")
    answer = build(factory, FakeRun(), "http_post").run(url=f"{web.url}/items", body='{"n": "ü"}')
    assert answer == 'HTTP 201 Created, application/json\n\n{"id": 7}'
    assert web.received[0].method == "POST"
    assert web.received[0].body == '{"n": "ü"}'.encode()
    assert web.received[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(b"gone", 410), "http-410"),
        (Answer(b"\x89PNG", content_type="image/png"), "not-text"),
        (Answer(status=302, headers={"Location": "/loop"}), "too-many-redirects"),
        (Answer(status=302, headers={"Location": "http://169.254.169.254/"}), "unsafe-url"),
    ],
)
def test_http_get_says_what_went_wrong(
    answer: Answer, code: str, factory: ToolFactory, web: HttpRecorder
) -> None:
    web.answers["/loop"] = answer
    assert f"Error ({code})" in build(factory, FakeRun(), "http_get").run(url=f"{web.url}/loop")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "https://", "not a url", "file:///etc"])
def test_an_address_that_cannot_be_reached_is_a_readable_error(
    url: str, factory: ToolFactory
) -> None:
    answer = build(factory, FakeRun(), "http_get").run(url=url)
    assert answer.startswith("Error (")
    assert "tool-crashed" not in answer


def test_private_addresses_are_out_of_reach_unless_allowed(web: HttpRecorder) -> None:
    for key in ("http_get", "web_page"):
        answer = build(ToolFactory(), FakeRun(), key).run(url=f"{web.url}/ok")
        assert "Error (unsafe-url)" in answer
    assert web.received == []


def test_a_server_that_does_not_answer_in_time_is_given_up(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    release = threading.Event()
    web.answers["/slow"] = Answer(b"late", wait_for=release)
    answer = build(factory, FakeRun(), "http_get", timeout_s=1).run(url=f"{web.url}/slow")
    release.set()
    assert "Error (timeout)" in answer


def test_a_long_answer_is_cut_with_a_note(factory: ToolFactory, web: HttpRecorder) -> None:
    web.answers["/long"] = Answer(b"a" * 5_000)
    answer = build(factory, FakeRun(), "http_get", max_bytes=1_000).run(url=f"{web.url}/long")
    assert answer.endswith("[cut after 1000 bytes]")


PAGE = b"""<html><head><title>Prices</title><style>p{color:red}</style></head><body>
<nav><a href="/">Home</a></nav><header>Banner</header>
<main><h1>Oil</h1><p>Up by <b>3 %</b>, see <a href="/more">more</a>.</p>
<script>alert('x')</script><table><tr><th>Day</th></tr><tr><td>Mon</td></tr></table></main>
<footer>Imprint</footer></body></html>"""


def test_a_web_page_is_read_without_menus_and_scripts(
    factory: ToolFactory, web: HttpRecorder
) -> None:
    web.answers["/page"] = Answer(PAGE, content_type="text/html")
    text = build(factory, FakeRun(), "web_page").run(url=f"{web.url}/page")
    assert text.startswith("# Prices\n\n# Oil\n\nUp by **3 %**")
    assert f"[more]({web.url}/more)" in text
    assert "| Day |" in text
    for unwanted in ("Home", "Banner", "alert", "Imprint", "color"):
        assert unwanted not in text


def test_a_long_web_page_is_cut_with_a_note(factory: ToolFactory, web: HttpRecorder) -> None:
    web.answers["/page"] = Answer(b"<p>" + b"word " * 1_000 + b"</p>", content_type="text/html")
    text = build(factory, FakeRun(), "web_page", max_chars=500).run(url=f"{web.url}/page")
    assert "[cut: " in text
    assert len(text) < 600


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"<div>" * 20_000, "text/html", "page-too-deep"),
        (b"<script>1</script>", "text/html", "empty-page"),
        (b"%PDF", "application/pdf", "not-a-page"),
    ],
)
def test_a_page_that_cannot_be_read_says_why(
    body: bytes, content_type: str, code: str, factory: ToolFactory, web: HttpRecorder
) -> None:
    web.answers["/page"] = Answer(body, content_type=content_type)
    answer = build(factory, FakeRun(), "web_page").run(url=f"{web.url}/page")
    assert f"Error ({code})" in answer


CSV = "name;price;code\napple;1.5;007\npear;-20;1e3\n"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("[].name", ["apple", "pear"]),
        ("sum([].price)", -18.5),
        ("[?price > `0`].code | [0]", "007"),
        ("[1].code", 1000.0),
        ("length(@)", 2),
    ],
)
def test_csv_is_queried_with_numbers_as_numbers(
    query: str, expected: Any, factory: ToolFactory
) -> None:
    tool = build(factory, FakeRun(), "query_csv")
    assert json.loads(tool.run(query=query, data=CSV)) == expected


def test_an_input_of_the_run_is_queried_by_its_name(factory: ToolFactory) -> None:
    inputs: Mapping[str, Any] = {
        "sales": {"regions": [{"name": "Süd", "total": 3}]},
        "text": '{"a": [1, 2]}',
        "table": CSV,
    }
    run = FakeRun(plan=make_plan(inputs))
    as_json, as_csv = build(factory, run, "query_json"), build(factory, run, "query_csv")
    assert as_json.run(query="regions[0].name", input_name="sales") == '"Süd"'
    assert as_json.run(query="sum(a)", input_name="text") == "3"
    assert as_csv.run(query="[0].name", input_name="table") == '"apple"'
    assert "its inputs are sales, table, text" in as_json.run(query="a", input_name="none")
    assert "Error (not-csv)" in as_csv.run(query="a", input_name="sales")


@pytest.mark.parametrize(
    ("key", "arguments", "code"),
    [
        ("query_json", {"query": "a["}, "invalid-arguments"),
        ("query_json", {"query": "a[", "data": "{}"}, "invalid-query"),
        ("query_json", {"query": "nope(@)", "data": "{}"}, "invalid-query"),
        ("query_json", {"query": "sum(@)", "data": '["a"]'}, "invalid-query"),
        ("query_json", {"query": "sort(@)", "data": '[1, "a"]'}, "invalid-query"),
        ("query_json", {"query": "a", "data": "{"}, "not-json"),
        ("query_json", {"query": "a", "data": '{"a": NaN}'}, "not-json"),
        ("query_json", {"query": "a", "data": "[" * 100_000}, "not-json"),
        ("query_json", {"query": "@" + "|[@,@]" * 100, "data": "[1]"}, "query-too-large"),
        ("query_json", {"query": "@" + "|[@,@][]" * 90, "data": "[1]"}, "query-too-large"),
        ("query_json", {"query": "a" + "|join('',[@,@])" * 60, "data": '{"a":"b"}'}, "query-too"),
        ("query_json", {"query": "@" + "|to_string([@])" * 60, "data": '["\\""]'}, "query-too"),
        ("query_json", {"query": "(" * 900, "data": "{}"}, "invalid-query"),
        ("query_csv", {"query": "@", "data": "a,a\n1,2\n"}, "not-csv"),
        ("query_csv", {"query": "@", "data": "a,b\n1\n"}, "not-csv"),
        ("query_csv", {"query": "@", "data": ""}, "not-csv"),
        ("query_csv", {"query": "@", "data": 'a,b\n"1,2\n'}, "not-csv"),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(
    key: str, arguments: dict[str, Any], code: str, factory: ToolFactory
) -> None:
    answer = build(factory, FakeRun(), key).run(**arguments)
    assert answer.startswith(f"Error ({code}")


def test_a_join_that_would_fill_the_memory_is_refused(factory: ToolFactory) -> None:
    data = json.dumps({"glue": "x" * 500_000, "parts": [""] * 100_000})
    answer = build(factory, FakeRun(), "query_json").run(query="join(glue, parts)", data=data)
    assert "too long" in answer


def test_a_query_without_a_match_and_one_with_too_much_say_so(factory: ToolFactory) -> None:
    tool = build(factory, FakeRun(), "query_json")
    assert "matches nothing" in tool.run(query="missing", data="{}")
    assert "narrow the query" in tool.run(query="@", data=json.dumps(["x" * 50] * 1_000))
