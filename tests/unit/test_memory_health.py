"""What a health report finds, and what it leaves alone."""

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.memory.health import Loop, loops, near_duplicates, secret_kinds


def _unit(*values: float) -> tuple[float, ...]:
    norm = math.hypot(*values)
    return tuple(value / norm for value in values)


_VECTORS = st.lists(
    st.tuples(*[st.floats(-1, 1, allow_nan=False)] * 3).filter(lambda v: math.hypot(*v) > 0.01),
    max_size=30,
).map(lambda vectors: [_unit(*vector) for vector in vectors])


@settings(deadline=None)
@given(_VECTORS, st.floats(0.3, 0.99))
def test_every_pair_above_the_threshold_is_found_once(
    vectors: list[tuple[float, ...]], threshold: float
) -> None:
    ids = [f"r{number}" for number in range(len(vectors))]
    found = near_duplicates(ids, vectors, threshold=threshold, limit=10_000)
    names = [(pair.left, pair.right) for pair in found]
    assert len(set(names)) == len(names)
    assert all(left < right for left, right in names)
    for i, left in enumerate(vectors):
        for j in range(i + 1, len(vectors)):
            cosine = sum(a * b for a, b in zip(left, vectors[j], strict=True))
            name = tuple(sorted((ids[i], ids[j])))
            if abs(cosine - threshold) > 1e-5:
                assert (name in names) == (cosine > threshold)


@settings(deadline=None)
@given(_VECTORS, st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(
    vectors: list[tuple[float, ...]], random: Random
) -> None:
    rows = [(f"r{number}", vector) for number, vector in enumerate(vectors)]
    shuffled = list(rows)
    random.shuffle(shuffled)
    straight = near_duplicates([r[0] for r in rows], [r[1] for r in rows])
    mixed = near_duplicates([r[0] for r in shuffled], [r[1] for r in shuffled])
    assert {(p.left, p.right) for p in straight} == {(p.left, p.right) for p in mixed}


def test_duplicates_are_found_across_blocks() -> None:
    rng = np.random.default_rng(7)
    matrix = rng.normal(size=(1300, 32))
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    matrix[1290] = matrix[3]
    found = near_duplicates([f"r{number:04}" for number in range(1300)], matrix.tolist())
    assert [(pair.left, pair.right) for pair in found] == [("r0003", "r1290")]


def test_the_nearest_pairs_survive_the_limit() -> None:
    vectors = [_unit(1, 0.001 * number) for number in range(40)]
    found = near_duplicates([f"r{number:02}" for number in range(40)], vectors, limit=5)
    assert len(found) == 5
    assert all(pair.score > 0.999 for pair in found)


def test_thousands_of_equal_records_do_not_drown_the_report() -> None:
    found = near_duplicates([f"r{number:04}" for number in range(3000)], [_unit(1, 0)] * 3000)
    assert len(found) == 200


def test_a_record_that_was_read_and_stored_again_is_a_loop() -> None:
    same, other = _unit(1, 0), _unit(0, 1)
    vectors = {"old": same, "new": _unit(1, 0.01), "else": other}
    task = ("run", "report")
    found = loops({task: ["old"]}, {task: ["new", "else", "old"]}, vectors)
    assert [(loop.recalled, loop.stored, loop.task) for loop in found] == [("old", "new", "report")]
    assert isinstance(found[0], Loop)


def test_what_another_task_stored_is_no_loop() -> None:
    vectors = {"old": _unit(1, 0), "new": _unit(1, 0)}
    assert loops({("run", "a"): ["old"]}, {("run", "b"): ["new"]}, vectors) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("use dapi" + "0a" * 16 + " here", "Databricks token"),
        ("AKIA" + "ABCD1234" * 2, "AWS access key"),
        ("the key is sk-" + "a1B2" * 6, "model provider's key"),
        ("-----BEGIN RSA PRIVATE KEY-----", "private key"),
        ("Authorization: Bearer abcdefghijklmnop1234", "bearer token"),
        ("postgresql://me:hunter2@db.example.com/x", "password in an address"),
        ("the password is Tr0ub4dor&3", "password or key"),
        ('{"api_key": "abc123def"}', "password or key"),
        ("ghp_" + "a" * 36, "GitHub token"),
    ],
)
def test_secrets_are_named_by_kind(text: str, kind: str) -> None:
    assert kind in secret_kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Customers often forget their password; send them to the help page.",
        "The secret is to ask early.",
        "Token counts grew by 12 percent.",
        "Risk-adjusted returns: 4.2",
        "See https://example.com/a:b for details",
        "skating is fun",
    ],
)
def test_ordinary_sentences_hold_no_secret(text: str) -> None:
    assert secret_kinds(text) == []


@settings(deadline=500)
@given(st.text(max_size=3000))
def test_any_text_is_searched_quickly(text: str) -> None:
    secret_kinds(text)
