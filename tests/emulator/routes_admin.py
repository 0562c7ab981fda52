"""`/__emu`: the emulator's own controls, for processes that drive it over HTTP. No credentials."""

from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from tests.emulator.catalogue import inject
from tests.emulator.faults import FaultRule
from tests.emulator.world import World


class NewIdentity(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str | None = None
    """Without one, a service principal is made."""
    grants: list[str] | None = None
    scopes: list[str] | None = None
    ttl_s: float | None = None


class AdminRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, app: FastAPI) -> None:
        for method, path, handler in (
            ("POST", "reset", self.reset),
            ("POST", "faults", self.add_faults),
            ("GET", "faults", self.list_faults),
            ("DELETE", "faults", self.clear_faults),
            ("POST", "faults/release", self.release),
            ("POST", "faults/{name}", self.inject),
            ("GET", "requests", self.requests),
            ("DELETE", "requests", self.forget_requests),
            ("GET", "clock", self.clock),
            ("POST", "clock", self.advance),
            ("GET", "state", self.state),
            ("PATCH", "options", self.options),
            ("POST", "identities", self.identity),
            ("POST", "script", self.script),
        ):
            app.add_api_route(f"/__emu/{path}", handler, methods=[method], response_model=None)

    async def reset(self) -> JSONResponse:
        self._world.reset()
        return JSONResponse({})

    async def add_faults(self, rules: list[FaultRule] | FaultRule) -> JSONResponse:
        self._world.faults.add(*(rules if isinstance(rules, list) else [rules]))
        return await self.list_faults()

    async def list_faults(self) -> JSONResponse:
        return JSONResponse({"rules": self._world.faults.rules()})

    async def clear_faults(self) -> JSONResponse:
        self._world.faults.clear()
        return JSONResponse({})

    async def release(self) -> JSONResponse:
        self._world.faults.release()
        return JSONResponse({})

    async def inject(self, name: str) -> JSONResponse:
        try:
            inject(self._world, name)
        except KeyError as exc:
            return JSONResponse({"error": str(exc)}, 404)
        return await self.list_faults()

    async def requests(self) -> JSONResponse:
        return JSONResponse({"requests": [one.as_dict() for one in self._world.recorder.all()]})

    async def forget_requests(self) -> JSONResponse:
        self._world.recorder.clear()
        return JSONResponse({})

    async def clock(self) -> JSONResponse:
        return JSONResponse({"now": self._world.clock.now().isoformat()})

    async def advance(self, body: dict[str, float]) -> JSONResponse:
        self._world.clock.advance(body["advance_s"])
        return await self.clock()

    async def state(self) -> JSONResponse:
        workspace = self._world.workspace
        with workspace.lock:
            endpoints = {one.name: one.kind for one in workspace.endpoints.values()}
            indexes = {
                one.name: {"endpoint": one.endpoint.name, "rows": len(one.rows)}
                for one in workspace.indexes.values()
            }
        serving = sorted(self._world.serving.endpoints)
        return JSONResponse({"endpoints": endpoints, "indexes": indexes, "serving": serving})

    async def options(self, values: dict[str, Any]) -> JSONResponse:
        try:
            self._world.options.change(values)
        except KeyError as exc:
            return JSONResponse({"error": str(exc)}, 400)
        return JSONResponse({})

    async def identity(self, wanted: NewIdentity) -> JSONResponse:
        identities = self._world.identities
        if wanted.user is None:
            made = identities.add_service_principal(wanted.grants, wanted.scopes or ("all-apis",))
            return JSONResponse(made._asdict())
        token = identities.add_user(wanted.user, wanted.grants)
        if wanted.scopes is not None or wanted.ttl_s is not None:
            token = identities.add_token(wanted.user, wanted.scopes, wanted.ttl_s)
        return JSONResponse({"token": token})

    async def script(self, rules: list[dict[str, Any]]) -> JSONResponse:
        self._world.serving.script.replace(rules)
        return JSONResponse({})
