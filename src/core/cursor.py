"""Opaque list cursors, signed so that nobody can edit one or carry it to another group or filter."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass

from src.core.errors import BadRequest

_SIGNATURE_BYTES = 12


@dataclass(frozen=True)
class ListScope:
    """What a cursor belongs to: the group, the list, and the filters it was made under."""

    group_id: str
    name: str
    filters: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class Paging:
    limit: int
    cursor: str | None = None


class CursorSigner:
    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.sha256(b"kasal list cursor" + secret).digest()

    def issue(self, last_id: str, scope: ListScope) -> str:
        return base64.urlsafe_b64encode(self._sign(last_id, scope) + last_id.encode()).decode()

    def read(self, cursor: str, scope: ListScope) -> str:
        try:
            raw = base64.urlsafe_b64decode(cursor.encode())
            last_id = raw[_SIGNATURE_BYTES:].decode()
        except ValueError as exc:
            raise _foreign() from exc
        if not hmac.compare_digest(raw[:_SIGNATURE_BYTES], self._sign(last_id, scope)):
            raise _foreign()
        return last_id

    def _sign(self, last_id: str, scope: ListScope) -> bytes:
        text = json.dumps([last_id, scope.group_id, scope.name, scope.filters])
        return hmac.new(self._key, text.encode(), hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _foreign() -> BadRequest:
    return BadRequest(
        "the cursor does not belong to this list with these filters; start again without a cursor"
    )
