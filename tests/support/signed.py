"""Calls of triggers as somebody else's system makes them: signed by other code than ours."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx


@dataclass(frozen=True)
class Sender:
    client: httpx.AsyncClient
    path: str
    secret: str
    now: datetime

    async def send(self, payload: Any, delivery: str = "msg_1", **headers: str) -> httpx.Response:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        signed = self.headers(body, delivery) | headers
        return await self.client.post(self.path, content=body, headers=signed)

    def headers(self, body: bytes, delivery: str) -> dict[str, str]:
        timestamp = str(int(self.now.timestamp()))
        return {
            "webhook-id": delivery,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{signature(self.secret, delivery, timestamp, body)}",
        }

    def at(self, now: datetime) -> "Sender":
        return replace(self, now=now)

    def knowing(self, secret: str) -> "Sender":
        return replace(self, secret=secret)


def signature(secret: str, delivery: str, timestamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{delivery}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
