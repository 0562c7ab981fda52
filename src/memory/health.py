"""What can be wrong with a memory, found from its records alone. Pure: nothing is read or written here.

Vectors are unit vectors of one embedder, so that a product is a cosine.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

NEAR_DUPLICATE = 0.95
"""Cosine from which two records say the same. Paraphrases of one fact reach 0.8 to 0.95 with the local
embedder, the same sentence with another figure reaches 0.95 too: a person decides which one goes."""
MAX_PAIRS = 200
_BLOCK = 512

Task = tuple[str, str]
"""Execution and task key."""


@dataclass(frozen=True)
class Pair:
    left: str
    right: str
    """Ids, in their order."""
    score: float


@dataclass(frozen=True)
class Loop:
    """A record was read by a task, and what the task left behind says the same once more."""

    recalled: str
    stored: str
    score: float
    execution_id: str
    task: str


def near_duplicates(
    ids: Sequence[str],
    vectors: Sequence[Sequence[float]],
    *,
    threshold: float = NEAR_DUPLICATE,
    limit: int = MAX_PAIRS,
) -> list[Pair]:
    """The nearest first, at most `limit`. Takes time by the square of the records; memory by blocks."""
    import numpy as np

    if len(ids) < 2:
        return []
    matrix = np.empty((len(ids), len(vectors[0])), dtype=np.float32)
    for start in range(0, len(ids), _BLOCK):
        # In blocks, because nothing else in this process goes on while numbers are taken over.
        matrix[start : start + _BLOCK] = vectors[start : start + _BLOCK]
    pairs: list[Pair] = []
    for start in range(0, len(ids), _BLOCK):
        # Only to the right of the diagonal: each pair once, none with itself.
        scores = matrix[start : start + _BLOCK] @ matrix[start:].T
        rows, columns = np.nonzero(np.triu(scores >= threshold, k=1))
        if len(rows) > limit:
            # With some that tie with the last one that counts; of a thousand equal records not all.
            found = scores[rows, columns]
            kept = np.flatnonzero(found >= np.partition(found, -limit)[-limit])[: 10 * limit]
            rows, columns = rows[kept], columns[kept]
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            left, right = sorted((ids[start + row], ids[start + column]))
            pairs.append(Pair(left, right, min(1.0, float(scores[row, column]))))
        pairs = _best(pairs, limit)
    return pairs


def _best(pairs: list[Pair], limit: int) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (-pair.score, pair.left, pair.right))[:limit]


def loops(
    recalled: Mapping[Task, Iterable[str]],
    stored: Mapping[Task, Iterable[str]],
    vectors: Mapping[str, Sequence[float]],
    *,
    threshold: float = NEAR_DUPLICATE,
) -> list[Loop]:
    """Of tasks that read a record and stored another one that is nearly the same, by score."""
    pairs = [
        (task, read, written)
        for task, written_ids in stored.items()
        for written in written_ids
        for read in recalled.get(task, ())
        if read != written and read in vectors and written in vectors
    ]
    scores = _cosines([(read, written) for _, read, written in pairs], vectors)
    found = [
        Loop(read, written, score, *task)
        for (task, read, written), score in zip(pairs, scores, strict=True)
        if score >= threshold
    ]
    return sorted(found, key=lambda loop: (-loop.score, loop.recalled, loop.stored))


def _cosines(
    pairs: Sequence[tuple[str, str]], vectors: Mapping[str, Sequence[float]]
) -> list[float]:
    import numpy as np

    if not pairs:
        return []
    places = {id: at for at, id in enumerate(dict.fromkeys(id for pair in pairs for id in pair))}
    matrix = np.asarray([vectors[id] for id in places], dtype=np.float32)
    scores: list[float] = []
    for start in range(0, len(pairs), _BLOCK):
        some = np.asarray(
            [(places[left], places[right]) for left, right in pairs[start : start + _BLOCK]]
        )
        found = np.vecdot(matrix[some[:, 0]], matrix[some[:, 1]])
        scores += [min(1.0, score) for score in found.tolist()]
    return scores


_ASSIGNED = r"(?:pass(?:word|wd|phrase)?|pwd|secret|api[ _-]?key|access[ _-]?key|token)"
_SECRETS: dict[str, tuple[tuple[str, ...], re.Pattern[str]]] = {
    # One of the words is in every text that the pattern finds, whatever its case; looking for words is much faster.
    "private key": (
        ("-----begin ",),
        re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"),
    ),
    "Databricks token": (("dapi",), re.compile(r"\bdapi[0-9a-f]{32}\b")),
    "AWS access key": (("akia", "asia"), re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    "Google API key": (("aiza",), re.compile(r"\bAIza[0-9A-Za-z_-]{35}")),
    "GitHub token": (
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        re.compile(r"\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{40,})"),
    ),
    "Slack token": (("xox",), re.compile(r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}")),
    "model provider's key": (("sk-",), re.compile(r"\bsk-[A-Za-z0-9_-]{20,}")),
    "Kasal access token": (
        ("kasal_",),
        re.compile(r"\bkasal_[0-9a-f-]{36}_[A-Za-z0-9_-]{43}"),
    ),
    "JSON web token": (("eyj",), re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}")),
    "bearer token": (
        ("bearer",),
        re.compile(r"\bBearer\s+[A-Za-z0-9._~+/-]{16,}", re.IGNORECASE),
    ),
    "password in an address": (
        ("://",),
        re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:@/]{1,100}:[^\s:@/]{3,}@"),
    ),
    "password or key": (
        ("pass", "pwd", "secret", "key", "token"),
        # A value that has a digit, or it is a sentence about passwords.
        re.compile(
            rf"\b{_ASSIGNED}\b[\"']?\s*(?:[:=]|\bis\b)\s*[\"']?(?=\S*\d)[^\s\"',;]{{6,}}",
            re.IGNORECASE,
        ),
    ),
}


def secret_kinds(text: str) -> list[str]:
    """What the text seems to hold. Never the value itself: a report must not spread what it finds."""
    folded = text.casefold()
    return [
        kind
        for kind, (words, pattern) in _SECRETS.items()
        if any(word in folded for word in words) and pattern.search(text)
    ]
