"""Who am I, how do I get a token, and which models are there."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.routing import Route

from tests.emulator.exchange import answer, exchange_of
from tests.emulator.serving import ServingRoute
from tests.emulator.world import WORKSPACE_ID, World

SERVING = "/api/2.0/serving-endpoints"


class IdentityRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, app: FastAPI) -> None:
        for method, path, handler in (
            ("GET", "/.well-known/databricks-config", self.config),
            ("GET", "/oidc/.well-known/oauth-authorization-server", self.oidc_config),
            ("POST", "/oidc/v1/token", self.token),
            ("GET", "/api/2.0/preview/scim/v2/Me", self.me),
            ("GET", SERVING, self.list_serving),
            ("GET", f"{SERVING}/{{name}}", self.get_serving),
        ):
            app.add_api_route(path, handler, methods=[method], response_model=None)
        route = ServingRoute(self._world.serving)
        for path in (
            "/serving-endpoints/chat/completions",
            "/serving-endpoints/embeddings",
            "/serving-endpoints/{name}/invocations",
            "/ai-gateway/mlflow/v1/chat/completions",
        ):
            app.router.routes.append(Route(path, endpoint=route, methods=["POST"]))

    async def config(self) -> JSONResponse:
        oidc = f"{self._world.host}/oidc"
        ids = {"workspace_id": WORKSPACE_ID, "account_id": "emulated-account", "cloud": "AWS"}
        return JSONResponse({"oidc_endpoint": oidc, **ids})

    async def oidc_config(self) -> JSONResponse:
        base = f"{self._world.host}/oidc/v1"
        return JSONResponse(
            {"authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token"}
        )

    async def token(self, request: Request) -> JSONResponse:
        form = {name: str(value) for name, value in (await request.form()).items()}
        authorization = request.headers.get("authorization", "")
        return JSONResponse(self._world.identities.mint(authorization, form))

    async def me(self, request: Request) -> JSONResponse:
        caller = exchange_of(request).token.identity
        body: dict[str, Any] = {
            "id": caller.id,
            "userName": caller.name,
            "displayName": caller.name.split("@")[0],
            "active": True,
            "groups": [{"display": "users", "value": "9"}],
        }
        if caller.kind == "user":
            body["emails"] = [{"value": caller.name, "primary": True}]
        return JSONResponse(body, headers={"X-Databricks-Org-Id": WORKSPACE_ID})

    async def list_serving(self, request: Request) -> Response:
        caller = exchange_of(request).token.identity
        found = self._world.serving.endpoints.values()
        shown = [one.describe() for one in found if caller.may("CAN_QUERY", one.name)]
        return answer(request, {"endpoints": shown})

    async def get_serving(self, request: Request, name: str) -> Response:
        return answer(request, self._world.serving.find(name).describe())
