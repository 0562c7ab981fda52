"""The rows of an index: written, deleted, queried, scanned; on both ports."""

import uuid
from collections import OrderedDict
from functools import partial
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response

from tests.emulator.errors import ApiError, invalid, no_such_api
from tests.emulator.exchange import Exchange, answer, exchange_of
from tests.emulator.filter_sql import parse_sql
from tests.emulator.filters import Condition, parse_dict
from tests.emulator.options import Options
from tests.emulator.routes_control import ENDPOINTS, INDEXES, require_on_index
from tests.emulator.rows import Key, Row
from tests.emulator.schemas import struct_value
from tests.emulator.search import Hit, Query, parse_query, run
from tests.emulator.state import Index
from tests.emulator.world import World

KEPT_PAGES = 200
READ, WRITE = "SELECT", "MODIFY"


class DataRoutes:
    def __init__(self, world: World) -> None:
        self._world = world
        self._pages: OrderedDict[str, tuple[str, dict[str, Any], list[list[Any]]]] = OrderedDict()

    def add_to(self, app: FastAPI) -> None:
        for prefix in (f"{INDEXES}/{{index}}", f"{ENDPOINTS}/{{name}}/indexes/{{index}}"):
            for methods, operation, handler in (
                (["POST"], "upsert-data", self.upsert),
                (["DELETE"], "delete-data", self.delete),
                (["POST", "GET"], "delete-data", self.no_such_api),
                (["GET", "POST"], "query", self.query),
                (["GET", "POST"], "query-next-page", self.next_page),
                (["GET", "POST"], "scan", self.scan),
            ):
                path = f"{prefix}/{operation}"
                app.add_api_route(path, handler, methods=methods, response_model=None)

    async def no_such_api(self, request: Request) -> Response:
        raise no_such_api(request.method, request.url.path)

    async def upsert(self, request: Request, index: str) -> Response:
        exchange = exchange_of(request)
        found = self._ready(exchange, index, WRITE)
        if found.kind != "DIRECT_ACCESS":
            raise invalid("Upsert is only supported for DIRECT_ACCESS indexes.")
        rows = _rows_of(exchange, found)
        keys = [row.get(found.schema.primary_key) for row in rows]
        failed = exchange.fault.failed(keys) if exchange.fault else set()
        written = 0
        with self._world.workspace.lock:
            for row, key in zip(rows, keys, strict=True):
                if key in failed or found.schema.check(row) or self._is_large(row):
                    failed.add(key)
                    continue
                found.write(partial(found.rows.put, row), exchange.options.stale_first_read)
                written += 1
        return answer(request, _outcome(exchange, written, [key for key in keys if key in failed]))

    async def delete(self, request: Request, index: str) -> Response:
        exchange = exchange_of(request)
        found = self._ready(exchange, index, WRITE)
        keys = self._keys_to_delete(request, found)
        failed = exchange.fault.failed(keys) if exchange.fault else set()
        if exchange.options.missing_keys_fail_delete:
            failed |= {key for key in keys if key not in found.rows}
        with self._world.workspace.lock:
            for key in keys:
                if key not in failed:
                    found.write(partial(found.rows.remove, key), exchange.options.stale_first_read)
        done = len(keys) - len(failed)
        return answer(request, _outcome(exchange, done, [key for key in keys if key in failed]))

    async def query(self, request: Request, index: str) -> Response:
        exchange = exchange_of(request)
        found = self._ready(exchange, index, READ)
        body = exchange.fields()
        model = found.query_model()
        embed = partial(self._world.serving.embed, model) if model else None
        query = parse_query(body, found.schema, exchange.options.limits, embed)
        with self._world.workspace.lock:
            hits = run(found.rows, query, self._condition(body, found))
            table = [self._cells(found, query, hit) for hit in hits]
            found.after_read()
        size = exchange.options.limits.page_rows
        manifest = _manifest(exchange, query.columns)
        payload = self._page(exchange, index, manifest, table[:size], table[size:])
        if body.get("debug_level"):
            payload["debug_info"] = {"response_time": 1.0, "ann_time": 0.5}
        return answer(request, payload)

    async def next_page(self, request: Request, index: str) -> Response:
        exchange = exchange_of(request)
        self._ready(exchange, index, READ)
        token = str(exchange.fields().get("page_token") or "")
        if token not in self._pages or self._pages[token][0] != index:
            raise invalid("Invalid page token.")
        _, manifest, table = self._pages.pop(token)
        size = exchange.options.limits.page_rows
        return answer(
            request, self._page(exchange, index, manifest, table[:size], table[size:], is_next=True)
        )

    async def scan(self, request: Request, index: str) -> Response:
        exchange = exchange_of(request)
        found = self._ready(exchange, index, READ)
        body = exchange.fields()
        count = body.get("num_results", 10)
        if not isinstance(count, int) or not 1 <= count <= exchange.options.limits.ann_results:
            raise invalid("num_results must be a positive integer of at most 10000.")
        last = body.get("last_primary_key")
        if found.schema.columns[found.schema.primary_key] != "string" and last is not None:
            last = int(last)
        with self._world.workspace.lock:
            keys = found.rows.after(last, count)
            data = [self._struct(found, key, exchange.is_camel) for key in keys]
            found.after_read()
        end = {"last_primary_key": str(keys[-1])} if keys else {}
        return answer(request, {"data": data, **end})

    def _ready(self, exchange: Exchange, name: str, privilege: str) -> Index:
        limits = exchange.options.limits
        if limits.enforced and len(exchange.body) > limits.request_bytes:
            raise invalid(f"Request is larger than {limits.request_bytes} bytes.")
        found = self._world.workspace.index(name)
        require_on_index(exchange.token.identity, found, privilege)
        if not self._world.workspace.is_ready(found):
            state = "OFFLINE" if found.endpoint.stopped else "PROVISIONING_INDEX"
            message = f"Index {name} is not ready. Current state: {state}."
            raise ApiError(400, "BAD_REQUEST", message)
        return found

    def _is_large(self, row: Row) -> bool:
        limits = self._world.options.limits
        texts = sum(4 * len(value) for value in row.values() if isinstance(value, str))
        numbers = sum(26 * len(value) for value in row.values() if isinstance(value, list))
        may_be = limits.enforced and texts + numbers + 100 * len(row) > limits.row_bytes
        return may_be and len(orjson.dumps(row)) > limits.row_bytes

    def _keys_to_delete(self, request: Request, index: Index) -> list[Key]:
        exchange = exchange_of(request)
        keys = exchange.fields().get("primary_keys") if exchange.body else None
        if keys is None:
            keys = request.query_params.getlist("primary_keys")
            keys = keys[:1] if exchange.options.sdk_delete_quirk else keys
        if not isinstance(keys, list) or not keys:
            raise invalid("Field 'primary_keys' must be specified")
        limits = exchange.options.limits
        if limits.enforced and len(keys) > limits.delete_keys:
            raise invalid(f"At most {limits.delete_keys} primary keys in a request.")
        is_text = index.schema.columns[index.schema.primary_key] == "string"
        try:
            return [str(key) if is_text else int(key) for key in keys]
        except (TypeError, ValueError) as exc:
            raise invalid("A primary key does not fit the type of its column.") from exc

    def _condition(self, body: dict[str, Any], index: Index) -> Condition | None:
        options, columns = self._world.options, index.schema.columns
        as_dict, as_text = body.get("filters_json"), body.get("filter_string")
        is_standard = index.endpoint.kind == "STANDARD"
        wrong = as_text if is_standard else as_dict
        if wrong and not options.lenient_filters:
            form = "a filters_json object" if is_standard else "a filter string"
            raise invalid(f"{index.endpoint.kind} endpoints take {form}.")
        most = options.limits.filter_elements if options.limits.enforced else 10**9
        if is_standard:
            return parse_dict(as_dict, columns, most) if as_dict else None
        return parse_sql(as_text or "", columns, options.filter_string_escapes, most)

    def _cells(self, index: Index, query: Query, hit: Hit) -> list[Any]:
        row = index.rows.row(hit.key)
        cells = [_cell(row.get(column), self._world.options) for column in query.columns]
        return [*cells, hit.score]

    def _struct(self, index: Index, key: Key, camel: bool) -> dict[str, Any]:
        row = index.rows.row(key)
        fields = [
            {"key": name, "value": struct_value(row.get(name), camel)}
            for name in index.schema.columns
        ]
        return {"fields": fields}

    def _page(
        self,
        exchange: Exchange,
        index: str,
        manifest: dict[str, Any],
        page: list[list[Any]],
        rest: list[list[Any]],
        is_next: bool = False,
    ) -> dict[str, Any]:
        token = ""
        if rest or (exchange.options.empty_next_page and page and not is_next):
            token = uuid.uuid4().hex
            rest = [] if exchange.options.empty_next_page else rest
            self._pages[token] = (index, manifest, rest)
            if len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)
        result: dict[str, Any] = {"row_count": len(page), "data_array": page}
        if not page and exchange.options.omit_empty_data_array:
            del result["data_array"]
        return {"manifest": manifest, "result": result, "next_page_token": token}


def _rows_of(exchange: Exchange, index: Index) -> list[Row]:
    text = exchange.fields().get("inputs_json")
    try:
        rows = orjson.loads(text) if isinstance(text, str) else None
    except orjson.JSONDecodeError as exc:
        raise ApiError(400, "MALFORMED_REQUEST", "inputs_json is not valid JSON.") from exc
    if not isinstance(rows, list) or not rows or not all(isinstance(one, dict) for one in rows):
        raise invalid("inputs_json must be a list of at least one row.")
    limits = exchange.options.limits
    if limits.enforced and len(rows) > limits.upsert_rows:
        raise invalid(f"At most {limits.upsert_rows} rows in a request, got {len(rows)}.")
    if not all(isinstance(row.get(index.schema.primary_key), str | int) for row in rows):
        raise invalid(f"A row has no value for primary key {index.schema.primary_key!r}.")
    return rows


def _outcome(exchange: Exchange, done: int, failed: list[Any]) -> dict[str, Any]:
    status = "SUCCESS" if not failed else "PARTIAL_SUCCESS" if done else "FAILURE"
    count = str(done) if exchange.options.int64_as_string else done
    result = {"success_row_count": count, "failed_primary_keys": [str(key) for key in failed]}
    return {"status": status, "result": result}


def _manifest(exchange: Exchange, columns: list[str]) -> dict[str, Any]:
    names = [{"name": column} for column in (*columns, "score")]
    count = len(names) - 2 if exchange.options.wrong_column_count else len(names)
    return {"column_count": count, "columns": names}


def _cell(value: Any, options: Options) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and options.integers_as_floats:
        return float(value)
    return value
