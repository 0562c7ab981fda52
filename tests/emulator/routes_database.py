"""Passwords for Lakebase databases, of both kinds."""

import asyncio

from fastapi import FastAPI, Request, Response

from tests.emulator.databases import endpoint_in, instance_in
from tests.emulator.exchange import answer, exchange_of
from tests.emulator.world import World


class DatabaseRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, app: FastAPI) -> None:
        for path, handler in (
            ("/api/2.0/database/credentials", self.of_instance),
            ("/api/2.0/postgres/credentials", self.of_endpoint),
        ):
            app.add_api_route(path, handler, methods=["POST"], response_model=None)

    async def of_instance(self, request: Request) -> Response:
        token, ends_at = await self._mint(request, instance_in(await request.json()))
        return answer(request, {"token": token, "expiration_time": ends_at})

    async def of_endpoint(self, request: Request) -> Response:
        token, ends_at = await self._mint(request, endpoint_in(await request.json()))
        return answer(request, {"token": token, "expire_time": ends_at})

    async def _mint(self, request: Request, name: str) -> tuple[str, str]:
        caller = exchange_of(request).token.identity
        return await asyncio.to_thread(self._world.databases.mint, caller, name)
