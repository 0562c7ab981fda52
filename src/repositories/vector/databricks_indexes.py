"""The life of Direct Access indexes, and what is known of them: dimension, columns and kind of endpoint."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from src.core.logging import get_logger
from src.repositories.vector.base import (
    IndexDescription,
    IndexInfo,
    IndexRef,
    IndexSpec,
    IndexState,
    IndexSummary,
)
from src.repositories.vector.call_policy import Sleep
from src.repositories.vector.databricks_client import DatabricksWire
from src.repositories.vector.databricks_filters import EndpointKind
from src.repositories.vector.databricks_rows import Json, index_state, whole_number
from src.repositories.vector.errors import (
    IndexNotReady,
    InvalidIndexName,
    NotPermitted,
    RecreationFailed,
    WrongColumns,
)
from src.repositories.vector.filters import Schemas
from src.repositories.vector.names import DATABRICKS_ENDPOINT, DATABRICKS_INDEX
from src.schemas.databricks_index_schemas import MemoryType

log = get_logger(__name__)
# A deleted name stays reserved for a while although GET already answers 404 (2026-11).
_WAITS_S = (0.5, 1, 2, 4, 8, 10, 10, 15, 15, 20, 20, 30)
_Spec = Mapping[str, Any]


@dataclass(frozen=True)
class KnownIndex:
    dimension: int
    kind: EndpointKind


class DatabricksIndexes:
    def __init__(self, wire: DatabricksWire, sleep: Sleep) -> None:
        self._wire = wire
        self._sleep = sleep
        self._known: dict[tuple[str, MemoryType], KnownIndex] = {}

    async def known(self, index: IndexRef) -> KnownIndex:
        """Asked once and kept until the index turns out to be another one."""
        found = self._known.get((index.name, index.type))
        if found is None:
            answer = await self._described(index)
            endpoint = str(answer.get("endpoint_name") or index.endpoint)
            found = KnownIndex(_dimension(answer), await self._kind(endpoint))
            self._known[index.name, index.type] = found
        return found

    def forget(self, index: IndexRef) -> None:
        self._known.pop((index.name, index.type), None)

    async def create(self, spec: IndexSpec) -> IndexInfo:
        ref = spec.ref
        direct = {
            "embedding_vector_columns": [
                {"name": Schemas.VECTOR, "embedding_dimension": spec.dimension}
            ],
            "schema_json": json.dumps(Schemas.get_schema(ref.type)),
        }
        return _info(ref, await self._create(ref, direct))

    async def get(self, index: IndexRef) -> IndexInfo:
        return _info(index, await self._described(index))

    async def describe(self, index: IndexRef) -> IndexDescription:
        answer = await self._described(index)
        rows = whole_number(_dict(answer, "status").get("indexed_row_count"))
        ours, theirs = Schemas.get_schema(index.type), _columns(answer)
        return IndexDescription(_info(index, answer), {**ours, **_extra(theirs, ours)}, rows)

    async def list(self, endpoint: str) -> list[IndexSummary]:
        path = f"endpoints/{_checked_endpoint(endpoint)}/indexes"
        names: list[str] = []
        params: dict[str, str] = {}
        while True:
            answer = await self._wire.control("GET", path, params=params)
            names += [str(one.get("name")) for one in answer.get("vector_indexes") or ()]
            token = str(answer.get("next_page_token") or "")
            if not token or token == params.get("page_token"):
                return [IndexSummary(name, endpoint) for name in sorted(names)]
            params = {"page_token": token}

    async def delete(self, index: IndexRef) -> None:
        self.forget(index)
        await self._wire.control("DELETE", f"indexes/{_checked(index)}")

    async def recreate(self, index: IndexRef) -> None:
        """Drops the index and makes it again as it was. Raises RecreationFailed when it stays dropped."""
        answer = await self._described(index)
        ref = IndexRef(index.name, index.type, str(answer.get("endpoint_name") or index.endpoint))
        direct = dict(_dict(answer, "direct_access_index_spec"))
        await self.delete(ref)
        last: IndexNotReady | None = None
        for wait_s in (0.0, *_WAITS_S):
            if wait_s:
                await self._sleep(wait_s)
            try:
                created = await self._create(ref, direct)
            except IndexNotReady as exc:
                last = exc
                continue
            await self._wait_until_ready(ref, created)
            return
        raise RecreationFailed(
            f"index {ref.name} was dropped to empty it and is still being deleted after "
            f"{sum(_WAITS_S):.0f} s; set it up again in a few minutes"
        ) from last

    async def _wait_until_ready(self, ref: IndexRef, created: Json) -> None:
        state = index_state(_dict(created, "status"))
        for wait_s in _WAITS_S:
            if state != IndexState.PROVISIONING:
                return
            await self._sleep(wait_s)
            state = (await self.get(ref)).state
        log.warning("index {} is made again but not ready yet", ref.name)

    async def _create(self, ref: IndexRef, direct: _Spec) -> Json:
        name = _checked(ref)
        body = {
            "name": name,
            "index_type": "DIRECT_ACCESS",
            "primary_key": Schemas.PRIMARY_KEY,
            "direct_access_index_spec": direct,
        }
        self.forget(ref)
        path = f"endpoints/{_checked_endpoint(ref.endpoint)}/indexes"
        return await self._wire.control("POST", path, body)

    async def _described(self, index: IndexRef) -> Json:
        answer = await self._wire.on_index(
            _checked(index), index.endpoint, lambda found: found.describe()
        )
        missing = set(Schemas.get_schema(index.type)) - set(_columns(answer))
        if missing:
            raise WrongColumns(
                f"index {index.name} has no {', '.join(sorted(missing))}, which {index.type} records "
                "need; it was made for something else: choose another index or make a new one"
            )
        return answer

    async def _kind(self, endpoint: str) -> EndpointKind:
        try:
            answer = await self._wire.control("GET", f"endpoints/{_checked_endpoint(endpoint)}")
        except NotPermitted:
            # Direct Access indexes live on STANDARD endpoints; every row is checked again anyway.
            log.info("the kind of endpoint {} may not be read; taking it for STANDARD", endpoint)
            return EndpointKind.STANDARD
        is_optimized = answer.get("endpoint_type") == EndpointKind.STORAGE_OPTIMIZED
        return EndpointKind.STORAGE_OPTIMIZED if is_optimized else EndpointKind.STANDARD


def _info(ref: IndexRef, answer: Json) -> IndexInfo:
    status = _dict(answer, "status")
    return IndexInfo(
        ref=IndexRef(ref.name, ref.type, str(answer.get("endpoint_name") or ref.endpoint)),
        dimension=_dimension(answer),
        state=index_state(status),
        creator=str(answer.get("creator") or ""),
        message=str(status.get("message") or ""),
    )


def _columns(answer: Json) -> dict[str, str]:
    """Of the index, extra ones included; the service sorts them and renames some types."""
    text = _dict(answer, "direct_access_index_spec").get("schema_json")
    try:
        found = json.loads(str(text))
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _extra(theirs: Mapping[str, str], ours: Mapping[str, str]) -> dict[str, str]:
    return {column: kind for column, kind in theirs.items() if column not in ours}


def _dimension(answer: Json) -> int:
    columns = _dict(answer, "direct_access_index_spec").get("embedding_vector_columns")
    first = columns[0] if isinstance(columns, list) and columns else {}
    return whole_number(first.get("embedding_dimension"))


def _dict(answer: Json, name: str) -> Json:
    found = answer.get(name)
    return found if isinstance(found, Mapping) else {}


def _checked(index: IndexRef) -> str:
    if not DATABRICKS_INDEX.fullmatch(index.name):
        raise InvalidIndexName(
            f"expected <catalog>.<schema>.<name> of letters, digits and _, got {index.name!r}"
        )
    return index.name


def _checked_endpoint(endpoint: str) -> str:
    if not DATABRICKS_ENDPOINT.fullmatch(endpoint):
        raise InvalidIndexName(
            f"expected an endpoint name of letters, digits, _ and -, got {endpoint!r}"
        )
    return endpoint
