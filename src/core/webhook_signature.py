"""Signatures over HTTP calls in both directions, as Standard Webhooks has them (standardwebhooks.com, v1).

Not its Python library (1.1.0): that judges the age of a call by the clock of the system and brings an HTTP
client of its own.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import SecretStr

ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER = (
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
)
TOLERANCE = timedelta(minutes=5)
"""How old a signed call may be, and how far ahead the caller's clock."""

_PREFIX = "whsec_"
_KEY_BYTES = 32
_MAX_SIGNATURES = 10
"""Of one call; a sender whose secret changes sends one for each."""


def new_secret() -> SecretStr:
    return SecretStr(_PREFIX + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode())


def sign(secret: SecretStr, delivery: str, timestamp: int, body: bytes) -> str:
    """`v1,<base64 of HMAC-SHA256 over id.timestamp.body>`"""
    key = base64.b64decode(secret.get_secret_value().removeprefix(_PREFIX))
    signed = b".".join((delivery.encode(), str(timestamp).encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def signed_headers(
    valid: Sequence[SecretStr], delivery: str, at: datetime, body: bytes
) -> dict[str, str]:
    """For a call that is to be sent: one signature with each secret that is still valid."""
    timestamp = int(at.timestamp())
    return {
        ID_HEADER: delivery,
        TIMESTAMP_HEADER: str(timestamp),
        SIGNATURE_HEADER: " ".join(sign(secret, delivery, timestamp, body) for secret in valid),
    }


def is_signed(
    valid: Sequence[SecretStr], delivery: str, timestamp: int, signatures: str, body: bytes
) -> bool:
    """Whether one of the signatures was made with one of the secrets. Takes as long either way."""
    given = [one.encode() for one in signatures.split()[:_MAX_SIGNATURES]]
    fits = False
    for secret in valid:
        expected = sign(secret, delivery, timestamp, body).encode()
        for one in given:
            fits |= hmac.compare_digest(expected, one)
    return fits


def is_recent(timestamp: int, now: datetime) -> bool:
    return abs(now.timestamp() - timestamp) <= TOLERANCE.total_seconds()
