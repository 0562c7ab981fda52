"""Queries: what was asked, and which rows answer it with which score."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.emulator.errors import ApiError, invalid
from tests.emulator.filters import Condition
from tests.emulator.lexical import words_of
from tests.emulator.options import Limits
from tests.emulator.rows import Key, RowStore
from tests.emulator.schemas import IndexSchema, Vector

QUERY_TYPES = ("ANN", "HYBRID", "FULL_TEXT")
DEFAULT_RESULTS = 10
RANK_CONSTANT = 60
"""Of reciprocal rank fusion; scores are scaled so that first in both lists is 1.0."""
FUSED_CANDIDATES = 200
EmbedQuery = Callable[[str], Vector]


@dataclass(frozen=True)
class Hit:
    key: Key
    score: float


@dataclass(frozen=True)
class Query:
    kind: str
    columns: list[str]
    results: int
    text: str
    vector: Vector | None
    threshold: float
    text_columns: list[str]
    sort: list[tuple[str, bool]]
    """Column and whether it descends."""
    rerank_columns: list[str]


def parse_query(
    body: dict[str, Any], schema: IndexSchema, limits: Limits, embed: EmbedQuery | None
) -> Query:
    kind = str(body.get("query_type") or "ANN").upper()
    if kind not in QUERY_TYPES:
        raise invalid(f"Invalid query_type {body['query_type']!r}; expected one of {QUERY_TYPES}.")
    if body.get("facets"):
        raise ApiError(501, "NOT_IMPLEMENTED", "The emulator has no facets.")
    text = str(body.get("query_text") or "")
    if limits.enforced and len(text) > limits.query_text_chars:
        raise invalid(f"query_text is longer than {limits.query_text_chars} characters.")
    wants_vector = kind != "FULL_TEXT"
    vector = _query_vector(body, schema, text, embed) if wants_vector else None
    if kind != "ANN" and not text:
        raise invalid(f"query_text must be specified for {kind} queries.")
    reranker = body.get("reranker") or {}
    rerank = (reranker.get("parameters") or {}).get("columns_to_rerank") or []
    return Query(
        kind=kind,
        columns=_known(body.get("columns"), schema),
        results=_result_count(body, kind, limits),
        text=text,
        vector=vector,
        threshold=float(body.get("score_threshold") or 0.0),
        text_columns=_known(body.get("query_columns") or schema.text_columns, schema),
        sort=[_sort_clause(one, schema) for one in body.get("sort_columns") or []],
        rerank_columns=_known(rerank, schema) if rerank else [],
    )


def _known(columns: Any, schema: IndexSchema) -> list[str]:
    if not columns:
        raise invalid("Field 'columns' must be specified")
    unknown = [one for one in columns if one not in schema.columns]
    if unknown:
        raise invalid(f"Requested columns to fetch are not present in index: {', '.join(unknown)}.")
    return list(columns)


def _result_count(body: dict[str, Any], kind: str, limits: Limits) -> int:
    count = body.get("num_results", DEFAULT_RESULTS)
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise invalid("num_results must be a positive integer.")
    if count > limits.ann_results:
        raise invalid(f"num_results must be at most {limits.ann_results}, got {count}.")
    if kind != "ANN" and limits.enforced and count > limits.text_results:
        raise invalid(f"num_results must be at most {limits.text_results} for {kind}, got {count}.")
    return count


def _query_vector(
    body: dict[str, Any], schema: IndexSchema, text: str, embed: EmbedQuery | None
) -> Vector:
    if schema.vector is None:
        raise invalid("The index has no embedding column; only FULL_TEXT queries are supported.")
    given = body.get("query_vector")
    if not given:
        if not text:
            raise invalid("Either query_vector or query_text must be specified.")
        if embed is None:
            message = "query_vector must be specified: the index has no embedding model endpoint."
            raise invalid(message)
        given = embed(text)
    try:
        vector = np.asarray(given, dtype=np.float32)
    except (TypeError, ValueError) as exc:
        raise invalid("query_vector must be an array of numbers.") from exc
    if vector.shape != (schema.vector.dimension,):
        dimension = schema.vector.dimension
        message = f"Query vector has dimension {vector.size}, the index has {dimension}."
        raise invalid(message)
    return vector


def _sort_clause(clause: str, schema: IndexSchema) -> tuple[str, bool]:
    column, _, direction = clause.strip().partition(" ")
    if column not in schema.columns or direction.upper() not in ("ASC", "DESC", ""):
        raise invalid(f"Invalid sort_columns entry {clause!r}.")
    return column, direction.upper() == "DESC"


def run(rows: RowStore, query: Query, condition: Condition | None) -> list[Hit]:
    """The best rows first; ties in key order."""
    keys = rows.where(condition)
    if query.vector is None:
        hits = _lexical(rows, query, keys, query.results)
    elif query.kind == "ANN":
        hits = _nearest(rows, query.vector, keys, query.results)
    else:
        near = _nearest(rows, query.vector, keys, FUSED_CANDIDATES)
        hits = _fused(near, _lexical(rows, query, keys, FUSED_CANDIDATES))[: query.results]
    hits = [hit for hit in hits if hit.score >= query.threshold]
    if query.rerank_columns:
        hits = _reranked(rows, query, hits)
    for column, descends in reversed(query.sort):
        hits.sort(key=lambda hit: _sortable(rows.row(hit.key).get(column)), reverse=descends)
    return hits


def _nearest(rows: RowStore, query: Vector, keys: list[Key], count: int) -> list[Hit]:
    """Exact: the fast distances only choose who is measured again in float64."""
    rough = rows.distances(keys, query)
    kept = count + 64
    best = np.argpartition(rough, kept)[:kept] if len(rough) > kept else range(len(rough))
    exact = sorted((rows.exact_distance(keys[at], query), keys[at]) for at in best)
    return [Hit(key, 1.0 / (1.0 + distance)) for distance, key in exact[:count]]


def _lexical(rows: RowStore, query: Query, keys: list[Key], count: int) -> list[Hit]:
    scores = rows.text_scores(query.text, query.text_columns)
    if len(keys) < len(rows):
        scores = {key: scores[key] for key in keys if key in scores}
    best = heapq.nsmallest(count, ((-score, key) for key, score in scores.items()))
    return [Hit(key, -score) for score, key in best]


def _fused(*rankings: list[Hit]) -> list[Hit]:
    scores: dict[Key, float] = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking, 1):
            scores[hit.key] = scores.get(hit.key, 0.0) + 1.0 / (RANK_CONSTANT + rank)
    scale = (RANK_CONSTANT + 1) / len(rankings)
    fused = [Hit(key, score * scale) for key, score in scores.items()]
    return sorted(fused, key=lambda hit: (-hit.score, hit.key))


def _reranked(rows: RowStore, query: Query, hits: list[Hit]) -> list[Hit]:
    """By the share of the query's words in the columns: a stand-in for the service's own model."""
    wanted = set(words_of(query.text))

    def share(hit: Hit) -> float:
        row = rows.row(hit.key)
        text = " ".join(str(row.get(column) or "") for column in query.rerank_columns)
        return len(wanted & set(words_of(text))) / (len(wanted) or 1)

    scored = [Hit(hit.key, share(hit)) for hit in hits]
    return sorted(scored, key=lambda hit: -hit.score)


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)
