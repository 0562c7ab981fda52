"""Secrets at rest: AES-256-GCM envelopes whose associated data binds them to their row.

Fernet has no associated data, so a ciphertext copied into another tenant's row still decrypts (measured
2026-11); here it does not. Format: `v1.<kid>.<wrapped data key>.<nonce+ciphertext>`, base64url parts.
"""

import base64
import hashlib
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from src.core.errors import DecryptionFailed

_NONCE_BYTES = 12
_KEY_BYTES = 32


@dataclass(frozen=True)
class SecretPlace:
    """Where a secret lives. A ciphertext opens only at the place it was sealed for."""

    table: str
    column: str
    group_id: str
    row_id: str

    def associated_data(self, kid: str) -> bytes:
        parts = (self.table, self.column, self.group_id, self.row_id, kid)
        return b"".join(f"{len(part)}:{part}".encode() for part in parts)


class KeyRing:
    """Key-encryption keys by id; the first seals, all open. Rotation re-wraps data keys only."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        if not keys:
            raise ValueError("the key ring needs at least one key")
        for kid, key in keys.items():
            if len(key) != _KEY_BYTES:
                raise ValueError(
                    f"encryption key {kid!r} must be {_KEY_BYTES} bytes, got {len(key)}"
                )
        self._keys = keys
        self.current_kid = next(iter(keys))

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Reads `kid:base64,kid:base64` (KASAL_ENCRYPTION_KEYS)."""
        keys: dict[str, bytes] = {}
        for part in text.split(","):
            kid, colon, encoded = part.strip().partition(":")
            if not colon or not kid or "." in kid:
                raise ValueError("expected 'kid:base64,kid:base64' with ids free of dots")
            keys[kid] = base64.b64decode(encoded, validate=True)
        return cls(keys)

    @staticmethod
    def generate() -> str:
        """A fresh one-key ring in the notation that parse() reads."""
        return f"k{os.urandom(3).hex()}:{base64.b64encode(os.urandom(_KEY_BYTES)).decode()}"

    def seal(self, secret: SecretStr, place: SecretPlace) -> str:
        data_key = os.urandom(_KEY_BYTES)
        wrapped = self._encrypt(
            self._keys[self.current_kid], data_key, place.associated_data(self.current_kid)
        )
        payload = self._encrypt(
            data_key, secret.get_secret_value().encode(), place.associated_data("")
        )
        return f"v1.{self.current_kid}.{_b64(wrapped)}.{_b64(payload)}"

    def open(self, sealed: str, place: SecretPlace) -> SecretStr:
        data_key, payload = self._unwrap(sealed, place)
        return SecretStr(self._decrypt(data_key, payload, place.associated_data("")).decode())

    def rotate(self, sealed: str, place: SecretPlace) -> str:
        """The same secret under the current key; the payload is not re-encrypted."""
        data_key, payload = self._unwrap(sealed, place)
        wrapped = self._encrypt(
            self._keys[self.current_kid], data_key, place.associated_data(self.current_kid)
        )
        return f"v1.{self.current_kid}.{_b64(wrapped)}.{_b64(payload)}"

    def signing_secret(self) -> bytes:
        """For signatures that may be forgotten when the ring changes, such as list cursors."""
        return hashlib.sha256(b"kasal signing" + self._keys[self.current_kid]).digest()

    def _unwrap(self, sealed: str, place: SecretPlace) -> tuple[bytes, bytes]:
        version, _, rest = sealed.partition(".")
        kid, _, rest = rest.partition(".")
        wrapped, _, payload = rest.partition(".")
        if version != "v1" or kid not in self._keys:
            raise DecryptionFailed(
                f"a secret of {place.table} was sealed with key {kid!r}, which is not in "
                "KASAL_ENCRYPTION_KEYS; add that key back behind the current one"
            )
        aad = place.associated_data(kid)
        return self._decrypt(self._keys[kid], _unb64(wrapped), aad), _unb64(payload)

    @staticmethod
    def _encrypt(key: bytes, plain: bytes, aad: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, plain, aad)

    @staticmethod
    def _decrypt(key: bytes, sealed: bytes, aad: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], aad)
        except InvalidTag as exc:
            raise DecryptionFailed(
                "a stored secret does not belong to this row or was altered; enter it again"
            ) from exc


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as exc:
        raise DecryptionFailed("a sealed secret is cut or was altered; enter it again") from exc
