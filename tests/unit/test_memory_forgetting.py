"""What counts as a mention, and what is left of a text that has one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.memory.forgetting import FORGOTTEN, Mentions, plain, without

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe called.",
        "JANE\n  DOE",
        "(jane doe)",
        "Mail jane doe's office",
        "Ｊａｎｅ Ｄｏｅ",
        "jane\u00a0doe",
    ],
)
def test_a_subject_is_found_however_it_is_written(text: str) -> None:
    assert Mentions("Jane Doe").stand_in(text)


@pytest.mark.parametrize("text", ["Jane Doering", "Mary-jane doesn't", "Jane and Doe", "J%ne Doe"])
def test_other_words_are_no_mention(text: str) -> None:
    assert not Mentions("Jane Doe").stand_in(text)


@pytest.mark.parametrize("subject", ["100%", "a_b", ".*", "C++", "(x"])
def test_a_subject_is_a_text_and_no_pattern(subject: str) -> None:
    assert Mentions(subject).stand_in(f"about {subject} it is")
    assert not Mentions(subject).stand_in("about 100 axb xx")


def test_names_in_scripts_without_spaces_are_found() -> None:
    assert Mentions("王小明").stand_in("昨天王小明来了")


def test_a_record_is_found_by_its_beginning() -> None:
    text = "The customer prefers invoices on paper, sent to the office in Lyon, " * 3
    mentions = Mentions(records=[text])
    assert mentions.stand_in("Remembered: " + text[:200] + "…")
    assert not mentions.stand_in("The customer prefers invoices")


def test_a_short_record_is_only_itself() -> None:
    mentions = Mentions(records=["Yes."])
    assert mentions.stand_in("yes.")
    assert not mentions.stand_in("Yes. And another thing")


@given(_JSON)
def test_what_does_not_mention_it_stays_as_it_is(value: Any) -> None:
    kept, count = without(value, Mentions("a subject that is not there"))
    assert (kept, count) == (value, 0)


@given(_JSON, st.text("abcdefgh", min_size=3, max_size=6))
def test_nothing_that_is_left_mentions_the_subject(value: Any, subject: str) -> None:
    holding = {"deep": [value, {subject: f"so {subject} said", "x": subject}], subject: 1}
    kept, count = without(holding, Mentions(subject))
    assert count >= 4
    assert not Mentions(subject).stand_in(json.dumps(kept, ensure_ascii=False))
    assert len(kept) == len(holding)
    again, more = without(kept, Mentions(subject))
    assert (again, more) == (kept, 0)


@given(st.text(max_size=50))
def test_comparing_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_what_stands_beside_the_id_of_a_record_goes_too() -> None:
    event = {"records": [{"id": "r1", "excerpt": "abc", "rank": 1}, {"id": "r2", "excerpt": "abc"}]}
    mentions = Mentions(record_ids=["r1"])
    kept, count = without(event, mentions)
    assert kept["records"][0] == {"id": "r1", "excerpt": FORGOTTEN, "rank": 1}
    assert kept["records"][1]["excerpt"] == "abc"
    assert count == 1
    assert without(kept, mentions) == (kept, 0)


def test_the_mark_itself_is_no_mention() -> None:
    kept, _ = without({"forgotten": "forgotten things"}, Mentions("forgotten"))
    assert without(kept, Mentions("forgotten")) == (kept, 0)


def test_two_names_that_go_stay_two() -> None:
    kept, count = without({"Jane Doe": 1, "jane doe": 2}, Mentions("Jane Doe"))
    assert kept == {FORGOTTEN: 1, f"{FORGOTTEN} 2": 2}
    assert count == 2
