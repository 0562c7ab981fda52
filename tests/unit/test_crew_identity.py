"""The name under which a crew remembers: never another for the same crew, never the same for another."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.engines.crewai.crew_identity import crew_identity

_NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_PARTS = st.fixed_dictionaries(
    {
        "agent_roles": st.lists(_NAMES, max_size=4),
        "task_names": st.lists(_NAMES, max_size=4),
        "crew_name": _NAMES,
        "model": _NAMES,
        "run_name": st.none() | _NAMES,
        "group_id": _NAMES,
    }
)
BASE: dict[str, Any] = {
    "agent_roles": ["Analyst", "Writer"],
    "task_names": ["find", "report"],
    "crew_name": "Prices",
    "model": "demo/demo",
    "run_name": None,
    "group_id": "g1",
}


def _meaning(parts: dict[str, Any]) -> tuple[Any, ...]:
    """What the identity stands for: two crews with the same meaning are one crew."""
    return (
        sorted(parts["agent_roles"]),
        sorted(parts["task_names"]),
        *(parts[name] for name in ("crew_name", "model", "run_name", "group_id")),
    )


@given(_PARTS, _PARTS)
def test_crews_share_an_identity_exactly_when_they_mean_the_same(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    same = crew_identity(**one) == crew_identity(**other)

    assert same == (_meaning(one) == _meaning(other))


@given(_PARTS, st.randoms())
def test_the_order_of_agents_and_tasks_does_not_count(parts: dict[str, Any], random: Any) -> None:
    shuffled = {**parts, "agent_roles": list(parts["agent_roles"])}
    random.shuffle(shuffled["agent_roles"])
    shuffled["task_names"] = iter(reversed(parts["task_names"]))

    assert crew_identity(**shuffled) == crew_identity(**parts)


@pytest.mark.parametrize(
    "change",
    [
        {"agent_roles": ["Analyst"]},
        {"agent_roles": ["Analyst", "Writer", "Writer"]},
        {"agent_roles": ["AnalystWriter"]},
        {"agent_roles": ["Analyst", "Writer", "find"], "task_names": ["report"]},
        {"agent_roles": [], "task_names": ["Analyst", "Writer", "find", "report"]},
        {"agent_roles": ["Analys", "tWriter"]},
        {"agent_roles": ["Analyst", "6:Writer"]},
        {"agent_roles": ["7:Analyst6:Writer"]},
        {"task_names": ["find", "report "]},
        {"crew_name": "prices"},
        {"crew_name": "Pricesdemo/demo", "model": ""},
        {"model": "demo/demo2"},
        {"run_name": ""},
        {"run_name": "g1", "group_id": ""},
        {"run_name": "nightly"},
        {"group_id": "g2"},
        {"group_id": ""},
    ],
)
def test_every_difference_is_another_crew(change: dict[str, Any]) -> None:
    assert crew_identity(**{**BASE, **change}) != crew_identity(**BASE)


def test_it_is_128_bits_of_hexadecimal() -> None:
    identity = crew_identity(**BASE)

    assert len(identity) == 32
    assert int(identity, 16) >= 0


@pytest.mark.parametrize("seed", ["0", "1", "random"])
def test_it_is_the_same_in_every_process(seed: str) -> None:
    asking = (
        "import json, sys; from src.engines.crewai.crew_identity import crew_identity;"
        "parts = json.loads(sys.argv[1]);"
        "parts['agent_roles'] = set(parts['agent_roles']); print(crew_identity(**parts))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", asking, json.dumps(BASE)],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.strip() == crew_identity(**BASE) == "499f614a80441b333a78cb49122a1233"
