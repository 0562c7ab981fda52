"""Lakebase: which databases there are, and passwords for them. The servers themselves are not emulated: `on_mint`
hands each new password to whoever runs one."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.emulator.clock import EmulatorClock
from tests.emulator.errors import denied, invalid, missing
from tests.emulator.identities import Identity
from tests.emulator.options import Options


@dataclass(frozen=True)
class MintedPassword:
    database: str
    client: str
    password: str = field(repr=False)


class Databases:
    def __init__(self, options: Options, clock: EmulatorClock) -> None:
        self._options, self._clock = options, clock
        self._names: set[str] = set()
        self.minted: list[MintedPassword] = []
        self.on_mint: Callable[[MintedPassword], None] = lambda _: None
        """Called before the answer leaves."""

    def add(self, name: str) -> None:
        """An instance, or projects/…/branches/…/endpoints/…"""
        self._names.add(name)

    def mint(self, caller: Identity, name: str) -> tuple[str, str]:
        """A password and when it ends."""
        if not name:
            raise invalid("expected the database that the credential is for")
        if name not in self._names:
            raise missing(f"Database '{name}' does not exist.")
        if not caller.may("CAN_USE", name):
            raise denied(f"{caller.name} has no CAN_USE on database '{name}'.")
        made = MintedPassword(name, caller.name, f"lakebase-{uuid.uuid4().hex}")
        self.on_mint(made)
        self.minted.append(made)
        ends_at = self._clock.now() + timedelta(seconds=self._options.database_password_ttl_s)
        return made.password, ends_at.isoformat().replace("+00:00", "Z")


def instance_in(body: Any) -> str:
    """What the older of the two requests asks for; it names its request, too."""
    names = body.get("instance_names") if isinstance(body, dict) else None
    if not isinstance(names, list) or len(names) != 1 or not body.get("request_id"):
        raise invalid("expected one of instance_names, and a request_id")
    return str(names[0])


def endpoint_in(body: Any) -> str:
    return str(body.get("endpoint", "")) if isinstance(body, dict) else ""
