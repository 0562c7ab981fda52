"""The vector search part of a workspace: endpoints, indexes and their life."""

import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.clock import EmulatorClock
from tests.emulator.errors import ApiError, invalid, missing
from tests.emulator.options import Options
from tests.emulator.rows import Key, Row, RowStore
from tests.emulator.schemas import IndexSchema, VectorColumn, normalised, parse_schema

ENDPOINT_TYPES = ("STANDARD", "STORAGE_OPTIMIZED")
INDEX_NAME = re.compile(r"[A-Za-z0-9_]+\.[A-Za-z0-9_]+\.[A-Za-z0-9_]+")
BAD_NAME = (
    "Invalid index name. Must specify the full index name <catalog>.<schema>.<table>. "
    "Only alphanumerics and underscores are allowed."
)
STORAGE_OPTIMIZED_DIMENSION_STEP = 16


@dataclass
class Provisioning:
    """Ready when enough time has passed and enough polls have seen it unready."""

    until_s: float
    polls_left: int

    def poll(self, now_s: float) -> bool:
        if now_s < self.until_s:
            return False
        if self.polls_left > 0:
            self.polls_left -= 1
            return False
        return True

    def is_over(self, now_s: float) -> bool:
        return now_s >= self.until_s and self.polls_left <= 0


@dataclass
class Endpoint:
    name: str
    kind: str
    creator: str
    created_ms: int
    provisioning: Provisioning
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    target_qps: int | None = None
    stopped: bool = False


@dataclass
class SourceTable:
    columns: dict[str, str]
    rows: list[Row] = field(default_factory=list)


@dataclass
class Index:
    name: str
    endpoint: Endpoint
    """Bound for life: an endpoint of the same name that is made later is another one."""
    kind: str
    subtype: str
    creator: str
    spec_name: str
    spec: dict[str, Any]
    schema: IndexSchema
    rows: RowStore
    provisioning: Provisioning
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    unseen: list[Callable[[], object]] = field(default_factory=list)
    """Writes that the next read does not see yet."""

    def write(self, change: Callable[[], object], stale: bool) -> None:
        if stale or self.unseen:
            self.unseen.append(change)
        else:
            change()

    def after_read(self) -> None:
        while self.unseen:
            self.unseen.pop(0)()

    def query_model(self) -> str | None:
        for column in self.spec.get("embedding_source_columns") or []:
            name = column.get("model_endpoint_name_for_query")
            return str(name or column["embedding_model_endpoint_name"])
        return None


class Workspace:
    """All methods may be called from any thread."""

    def __init__(self, options: Options, clock: EmulatorClock) -> None:
        self._options, self._clock = options, clock
        self.lock = threading.RLock()
        self.endpoints: dict[str, Endpoint] = {}
        self.indexes: dict[str, Index] = {}
        self.tables: dict[str, SourceTable] = {}
        self._deleted: dict[str, Provisioning] = {}

    def forget(self) -> None:
        with self.lock:
            for held in (self.endpoints, self.indexes, self.tables, self._deleted):
                held.clear()

    def add_table(self, name: str, columns: dict[str, str], rows: list[Row]) -> None:
        """A Delta table that a DELTA_SYNC index can be made of."""
        kinds = {column: normalised(column, kind) for column, kind in columns.items()}
        with self.lock:
            self.tables[name] = SourceTable(kinds, rows)

    def rows_of(self, index: str) -> dict[Key, Row]:
        """What the index holds, vectors included; for tests that look behind the API."""
        with self.lock:
            store = self.indexes[index].rows
            return {key: store.row(key) for key in store.after(None, len(store))}

    def create_endpoint(self, body: dict[str, Any], creator: str) -> Endpoint:
        name, kind = body.get("name"), body.get("endpoint_type")
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}", name):
            raise invalid("Invalid endpoint name. Only alphanumerics, dashes and underscores.")
        if kind not in ENDPOINT_TYPES:
            raise invalid(f"Invalid endpoint_type {kind!r}.")
        if kind != "STANDARD" and body.get("target_qps"):
            raise invalid("target_qps is only supported for STANDARD endpoints.")
        limits = self._options.limits
        with self.lock:
            if name in self.endpoints:
                message = f"Vector search endpoint {name} already exists."
                raise ApiError(409, "RESOURCE_ALREADY_EXISTS", message)
            if limits.enforced and len(self.endpoints) >= limits.endpoints:
                raise ApiError(400, "QUOTA_EXCEEDED", f"At most {limits.endpoints} endpoints.")
            options = self._options
            wait = Provisioning(
                self._clock.now_s() + options.endpoint_provisioning_s,
                options.endpoint_provisioning_polls,
            )
            made = Endpoint(name, kind, creator, self._clock.now_ms(), wait)
            made.target_qps = body.get("target_qps")
            self.endpoints[name] = made
            return made

    def endpoint(self, name: str) -> Endpoint:
        with self.lock:
            if name not in self.endpoints:
                raise missing(f"Vector search endpoint {name} not found.")
            return self.endpoints[name]

    def delete_endpoint(self, name: str) -> None:
        """Its indexes stay, orphaned."""
        with self.lock:
            self.endpoint(name)
            del self.endpoints[name]

    def is_online(self, endpoint: Endpoint) -> bool:
        exists = self.endpoints.get(endpoint.name) is endpoint
        return exists and not endpoint.stopped and endpoint.provisioning.is_over(self._now_s())

    def is_ready(self, index: Index) -> bool:
        return self.is_online(index.endpoint) and index.provisioning.is_over(self._now_s())

    def _now_s(self) -> float:
        return self._clock.now_s()

    def index(self, name: str, endpoint: str | None = None) -> Index:
        with self.lock:
            found = self.indexes.get(name)
            bound = endpoint is None or self.endpoint(endpoint)
            if found is None or (endpoint is not None and found.endpoint is not bound):
                raise missing(f"Vector search index {name} not found.")
            return found

    def indexes_of(self, endpoint: str) -> list[Index]:
        with self.lock:
            bound = self.endpoint(endpoint)
            return [one for one in self.indexes.values() if one.endpoint is bound]

    def count_indexes(self, endpoint: Endpoint) -> int:
        with self.lock:
            return sum(one.endpoint is endpoint for one in self.indexes.values())

    def create_index(self, body: dict[str, Any], endpoint_name: str, creator: str) -> Index:
        name = body.get("name")
        if not isinstance(name, str) or not INDEX_NAME.fullmatch(name):
            raise invalid(BAD_NAME)
        with self.lock:
            endpoint = self.endpoint(endpoint_name)
            self._check_place(name, endpoint)
            made = self._build(name, endpoint, body, creator)
            self.indexes[name] = made
            if made.kind == "DELTA_SYNC":
                self.sync(made)
            return made

    def delete_index(self, name: str, endpoint: str | None = None) -> None:
        with self.lock:
            self.index(name, endpoint)
            del self.indexes[name]
            options = self._options
            self._deleted[name] = Provisioning(
                self._now_s() + options.pending_deletion_s, options.pending_deletion_refusals
            )

    def sync(self, index: Index) -> None:
        """Takes the rows of the source table over."""
        with self.lock:
            wanted = index.schema.columns
            for row in self.tables[index.spec["source_table"]].rows:
                index.rows.put({column: row.get(column) for column in wanted})

    def _check_place(self, name: str, endpoint: Endpoint) -> None:
        schema = name.rsplit(".", 1)[0]
        if self._options.schemas is not None and schema not in self._options.schemas:
            raise ApiError(404, "SCHEMA_DOES_NOT_EXIST", f"Schema '{schema}' does not exist.")
        pending = self._deleted.get(name)
        if pending is not None and not pending.poll(self._now_s()):
            raise invalid(
                f"Index {name} is currently pending deletion. Operations on the index are not "
                "permitted while the index is being deleted."
            )
        if name in self.indexes:
            raise ApiError(409, "RESOURCE_ALREADY_EXISTS", f"Index {name} already exists.")
        limits = self._options.limits
        if limits.enforced and self.count_indexes(endpoint) >= limits.indexes_per_endpoint:
            message = f"At most {limits.indexes_per_endpoint} indexes on an endpoint."
            raise ApiError(400, "QUOTA_EXCEEDED", message)

    def _build(self, name: str, endpoint: Endpoint, body: dict[str, Any], creator: str) -> Index:
        kind, subtype = body.get("index_type"), body.get("index_subtype") or "HYBRID"
        standard = endpoint.kind == "STANDARD"
        if subtype == "FULL_TEXT" and standard:
            raise invalid("FULL_TEXT indexes are only supported on STORAGE_OPTIMIZED endpoints.")
        if kind == "DIRECT_ACCESS":
            if not standard and not self._options.storage_optimized_direct_access:
                message = "DIRECT_ACCESS indexes are not supported on STORAGE_OPTIMIZED endpoints."
                raise invalid(message)
            spec = dict(body.get("direct_access_index_spec") or {})
            schema = self._direct_schema(spec, body.get("primary_key"))
            spec["schema_json"] = schema.as_json()
        elif kind == "DELTA_SYNC":
            spec = dict(body.get("delta_sync_index_spec") or {})
            schema = self._source_schema(spec, body.get("primary_key"), standard, subtype)
        else:
            raise invalid(f"Invalid index_type {kind!r}.")
        self._check_size(schema, standard)
        options = self._options
        wait = Provisioning(
            self._now_s() + options.index_provisioning_s, options.index_provisioning_polls
        )
        spec_name = f"{str(kind).lower()}_index_spec"
        store = RowStore(schema)
        return Index(name, endpoint, kind, subtype, creator, spec_name, spec, schema, store, wait)

    def _direct_schema(self, spec: dict[str, Any], primary_key: Any) -> IndexSchema:
        vector = _vector_column(spec)
        if vector is None:
            raise invalid("direct_access_index_spec needs embedding_vector_columns.")
        return parse_schema(spec.get("schema_json"), primary_key, vector)

    def _source_schema(
        self, spec: dict[str, Any], primary_key: Any, standard: bool, subtype: str
    ) -> IndexSchema:
        table = self.tables.get(str(spec.get("source_table")))
        if table is None:
            message = f"Table {spec.get('source_table')!r} does not exist."
            raise ApiError(404, "TABLE_DOES_NOT_EXIST", message)
        pipelines = ("TRIGGERED", "CONTINUOUS") if standard else ("TRIGGERED",)
        if spec.get("pipeline_type") not in pipelines:
            raise invalid(f"pipeline_type must be one of {pipelines}.")
        vector = _vector_column(spec)
        if vector is None and subtype != "FULL_TEXT":
            message = "The emulator makes DELTA_SYNC indexes of self-managed embeddings only."
            raise ApiError(501, "NOT_IMPLEMENTED", message)
        kept = {*(spec.get("columns_to_sync") or table.columns), primary_key}
        kept |= {vector.name} if vector else set()
        columns = {name: kind for name, kind in table.columns.items() if name in kept}
        return IndexSchema(columns, str(primary_key), vector)

    def _check_size(self, schema: IndexSchema, standard: bool) -> None:
        limits, dimension = self._options.limits, schema.vector.dimension if schema.vector else 0
        if not standard and dimension % STORAGE_OPTIMIZED_DIMENSION_STEP:
            raise invalid("The embedding dimension must be divisible by 16.")
        if limits.enforced and len(schema.columns) > limits.columns:
            raise invalid(f"An index has at most {limits.columns} columns.")
        if limits.enforced and dimension > limits.dimension:
            raise invalid(f"The embedding dimension is at most {limits.dimension}.")


def _vector_column(spec: dict[str, Any]) -> VectorColumn | None:
    columns = spec.get("embedding_vector_columns") or []
    if not columns:
        return None
    if len(columns) > 1:
        raise invalid("Only one embedding vector column is supported.")
    dimension = columns[0].get("embedding_dimension")
    if not isinstance(dimension, int) or dimension < 1:
        raise invalid("embedding_dimension must be a positive integer.")
    return VectorColumn(str(columns[0].get("name")), dimension)
