"""Endpoints and indexes: made, described, listed, deleted."""

from typing import Any

from fastapi import FastAPI, Request, Response

from tests.emulator.errors import ApiError, denied, invalid
from tests.emulator.exchange import Exchange, answer, exchange_of
from tests.emulator.identities import Identity
from tests.emulator.state import Endpoint, Index
from tests.emulator.world import World

ENDPOINTS = "/api/2.0/vector-search/endpoints"
INDEXES = "/api/2.0/vector-search/indexes"
PAGE = 100


def require_on_index(caller: Identity, index: Index, privilege: str) -> None:
    """Unity Catalog's three steps; the owner needs only the first two."""
    require_schema(caller, index.name)
    if index.creator != caller.name and not caller.may(privilege, index.name):
        raise denied(f"User does not have {privilege} on Index '{index.name}'.")


def require_schema(caller: Identity, index_name: str) -> None:
    catalog, schema = index_name.split(".")[0], index_name.rsplit(".", 1)[0]
    if not caller.may("USE_CATALOG", catalog):
        raise denied(f"User does not have USE CATALOG on Catalog '{catalog}'.")
    if not caller.may("USE_SCHEMA", schema):
        raise denied(f"User does not have USE SCHEMA on Schema '{schema}'.")


class ControlRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, app: FastAPI) -> None:
        one, index, bound = f"{ENDPOINTS}/{{name}}", f"{INDEXES}/{{index}}", "/indexes/{index}"
        for method, path, handler in (
            ("POST", ENDPOINTS, self.create_endpoint),
            ("GET", ENDPOINTS, self.list_endpoints),
            ("GET", one, self.get_endpoint),
            ("DELETE", one, self.delete_endpoint),
            ("PATCH", one, self.patch_endpoint),
            ("POST", f"{one}/stop", self.stop_endpoint),
            ("POST", f"{one}/start", self.start_endpoint),
            ("POST", f"{one}/indexes", self.create_index),
            ("POST", INDEXES, self.create_index),
            ("GET", f"{one}/indexes", self.list_indexes),
            ("GET", INDEXES, self.list_indexes),
            ("GET", index, self.get_index),
            ("GET", one + bound, self.get_index),
            ("DELETE", index, self.delete_index),
            ("DELETE", one + bound, self.delete_index),
            ("POST", f"{index}/sync", self.sync_index),
        ):
            app.add_api_route(path, handler, methods=[method], response_model=None)

    async def create_endpoint(self, request: Request) -> Response:
        exchange = exchange_of(request)
        body, caller = exchange.fields(), exchange.token.identity
        if not caller.may("CAN_CREATE", "vector-search-endpoints"):
            raise denied("User does not have permission to create vector search endpoints.")
        made = self._world.workspace.create_endpoint(body, caller.name)
        return answer(request, self._endpoint_info(made))

    async def list_endpoints(self, request: Request) -> Response:
        caller = exchange_of(request).token.identity
        seen = [
            one
            for one in self._world.workspace.endpoints.values()
            if _may_use(caller, one, "CAN_USE")
        ]
        start = int(request.query_params.get("page_token") or 0)
        infos = [self._endpoint_info(one) for one in seen[start : start + PAGE]]
        return answer(request, {"endpoints": infos, **_next(start, len(seen))})

    async def get_endpoint(self, request: Request, name: str) -> Response:
        endpoint = self._endpoint(request, name, "CAN_USE")
        info = self._endpoint_info(endpoint)
        endpoint.provisioning.poll(self._world.clock.now_s())
        return answer(request, info)

    async def delete_endpoint(self, request: Request, name: str) -> Response:
        self._endpoint(request, name, "CAN_MANAGE")
        self._world.workspace.delete_endpoint(name)
        return answer(request, {})

    async def patch_endpoint(self, request: Request, name: str) -> Response:
        endpoint = self._endpoint(request, name, "CAN_MANAGE")
        if endpoint.kind != "STANDARD":
            raise invalid("target_qps is only supported for STANDARD endpoints.")
        endpoint.target_qps = exchange_of(request).fields().get("target_qps")
        return answer(request, {"endpoint": self._endpoint_info(endpoint)})

    async def stop_endpoint(self, request: Request, name: str) -> Response:
        endpoint = self._endpoint(request, name, "CAN_MANAGE")
        endpoint.stopped = True
        return answer(request, self._endpoint_info(endpoint))

    async def start_endpoint(self, request: Request, name: str) -> Response:
        endpoint = self._endpoint(request, name, "CAN_MANAGE")
        endpoint.stopped = False
        return answer(request, self._endpoint_info(endpoint))

    async def create_index(self, request: Request, name: str | None = None) -> Response:
        exchange = exchange_of(request)
        body, caller = exchange.fields(), exchange.token.identity
        endpoint = self._endpoint(request, str(name or body.get("endpoint_name")), "CAN_USE")
        index_name = str(body.get("name"))
        if index_name.count(".") == 2:
            require_schema(caller, index_name)
            schema = index_name.rsplit(".", 1)[0]
            if not caller.may("CREATE_TABLE", schema):
                raise denied(f"User does not have CREATE TABLE on Schema '{schema}'.")
        made = self._world.workspace.create_index(body, endpoint.name, caller.name)
        return answer(request, self._index_info(made, exchange))

    async def list_indexes(self, request: Request, name: str | None = None) -> Response:
        endpoint = name or request.query_params.get("endpoint_name")
        if not endpoint:
            raise invalid("endpoint_name must be specified.")
        self._endpoint(request, endpoint, "CAN_USE")
        caller = exchange_of(request).token.identity
        found = [
            one
            for one in self._world.workspace.indexes_of(endpoint)
            if one.creator == caller.name or caller.may("SELECT", one.name)
        ]
        start = int(request.query_params.get("page_token") or 0)
        shown = [_summary(one) for one in found[start : start + PAGE]]
        return answer(request, {"vector_indexes": shown, **_next(start, len(found))})

    async def get_index(self, request: Request, index: str, name: str | None = None) -> Response:
        found = self._index(request, index, name, "SELECT")
        info = self._index_info(found, exchange_of(request))
        if self._world.workspace.is_online(found.endpoint):
            found.provisioning.poll(self._world.clock.now_s())
        found.after_read()
        return answer(request, info)

    async def delete_index(self, request: Request, index: str, name: str | None = None) -> Response:
        self._index(request, index, name, "MANAGE")
        self._world.workspace.delete_index(index, name)
        return answer(request, {})

    async def sync_index(self, request: Request, index: str) -> Response:
        found = self._index(request, index, None, "MANAGE")
        if found.spec.get("pipeline_type") != "TRIGGERED":
            raise invalid("Only DELTA_SYNC indexes with pipeline type TRIGGERED can be synced.")
        if not self._world.workspace.is_ready(found):
            raise ApiError(
                400,
                "BAD_REQUEST",
                "Index is not ready to sync yet. Pipeline is in state RUNNING and needs to be in "
                "one of the following states to sync: COMPLETED, FAILED, CANCELED.",
            )
        self._world.workspace.sync(found)
        return answer(request, {})

    def _endpoint(self, request: Request, name: str, level: str) -> Endpoint:
        found = self._world.workspace.endpoint(name)
        if not _may_use(exchange_of(request).token.identity, found, level):
            raise denied(f"User does not have permission {level} on endpoint {name}.")
        return found

    def _index(self, request: Request, index: str, endpoint: str | None, privilege: str) -> Index:
        found = self._world.workspace.index(index, endpoint)
        require_on_index(exchange_of(request).token.identity, found, privilege)
        return found

    def _endpoint_info(self, endpoint: Endpoint) -> dict[str, Any]:
        online = endpoint.provisioning.is_over(self._world.clock.now_s())
        state = "STOPPED" if endpoint.stopped else "ONLINE" if online else "PROVISIONING"
        info: dict[str, Any] = {
            "name": endpoint.name,
            "id": endpoint.id,
            "endpoint_type": endpoint.kind,
            "creator": endpoint.creator,
            "creation_timestamp": endpoint.created_ms,
            "last_updated_timestamp": endpoint.created_ms,
            "last_updated_user": endpoint.creator,
            "num_indexes": self._world.workspace.count_indexes(endpoint),
            "endpoint_status": {"state": state, "message": ""},
        }
        if endpoint.target_qps:
            scaling = {"requested_target_qps": endpoint.target_qps}
            info["scaling_info"] = {**scaling, "state": "SCALING_CHANGE_APPLIED"}
        return info

    def _index_info(self, index: Index, exchange: Exchange) -> dict[str, Any]:
        ready = self._world.workspace.is_ready(index)
        online = index.kind == "DIRECT_ACCESS" and "ONLINE_DIRECT_ACCESS"
        offline = "OFFLINE" if index.endpoint.stopped else "PROVISIONING_INDEX"
        count = len(index.rows)
        reranks = exchange.entry.query == [("ensure_reranker_compatible", "true")]
        host = self._world.host if reranks else self._world.data_plane_url
        if exchange.options.index_url_without_scheme:
            host = host.removeprefix("http://")
        status = {
            "ready": ready,
            "detailed_state": (online or "ONLINE_NO_PENDING_UPDATE") if ready else offline,
            "message": "" if ready else "Index creation is pending.",
            "indexed_row_count": str(count) if exchange.options.int64_as_string else count,
            "index_url": f"{host}{INDEXES}/{index.name}",
        }
        spec = {index.spec_name: index.spec}
        return {**_summary(index), "endpoint_id": index.endpoint.id, **spec, "status": status}


def _may_use(caller: Identity, endpoint: Endpoint, level: str) -> bool:
    levels = ("CAN_MANAGE",) if level == "CAN_MANAGE" else ("CAN_USE", "CAN_MANAGE")
    return endpoint.creator == caller.name or any(caller.may(one, endpoint.name) for one in levels)


def _next(start: int, total: int) -> dict[str, str]:
    return {"next_page_token": str(start + PAGE)} if start + PAGE < total else {}


def _summary(index: Index) -> dict[str, Any]:
    return {
        "name": index.name,
        "id": index.id,
        "endpoint_name": index.endpoint.name,
        "index_type": index.kind,
        "index_subtype": index.subtype,
        "primary_key": index.schema.primary_key,
        "creator": index.creator,
    }
