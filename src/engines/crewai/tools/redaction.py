"""Keeps secret values and unstorable characters out of events, results and logs."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

from src.engines.base import Credentials

_MASK = "[secret]"
_MIN_SECRET_CHARS = 4
"""Shorter values would black out ordinary text and protect nothing."""
_SHOWN_ARGUMENT_CHARS = 4_000


def printable(text: str) -> str:
    """PostgreSQL stores no NUL and no driver a lone surrogate; foreign answers may hold both."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


class Redactor:
    def __init__(self, secrets: Iterable[SecretStr]) -> None:
        forms = {form for secret in secrets for form in _forms(secret.get_secret_value())}
        self._forms = sorted(forms, key=len, reverse=True)

    @classmethod
    def of(cls, credentials: Credentials) -> "Redactor":
        """Knows every secret of the run, whichever tool it belongs to."""
        secrets = [*credentials.keys.values()]
        secrets += [value for tool in credentials.tool_secrets.values() for value in tool.values()]
        secrets += [
            token
            for token in (
                credentials.databricks_user_token,
                credentials.databricks_client_secret,
                credentials.databricks_environment_token,
            )
            if token is not None
        ]
        return cls(secrets)

    def text(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, _MASK)
        return text

    def shown(self, value: Any) -> Any:
        """A JSON value as an event may show it: redacted, storable, long strings cut."""
        if isinstance(value, str):
            clean = self.text(printable(value))
            hidden = len(clean) - _SHOWN_ARGUMENT_CHARS
            if hidden > 0:
                return f"{clean[:_SHOWN_ARGUMENT_CHARS]}… ({hidden} more characters)"
            return clean
        if isinstance(value, Mapping):
            return {str(self.shown(str(key))): self.shown(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.shown(item) for item in value]
        return value


def _forms(secret: str) -> set[str]:
    """The ways in which a secret may come back: bare, without its scheme, inside JSON or a URL."""
    values = {secret, secret.partition(" ")[2]}
    values |= _leaves(secret)
    written = {
        form
        for value in values
        for form in (value, json.dumps(value)[1:-1], quote(value), quote_plus(value))
    }
    return {form for form in written if len(form) >= _MIN_SECRET_CHARS}


def _leaves(secret: str) -> set[str]:
    """A secret may itself be a JSON object of headers; each of its values is one."""
    if not secret.startswith("{"):
        return set()
    try:
        parsed = json.loads(secret)
    except ValueError:
        return set()
    leaves = {value for value in parsed.values() if isinstance(value, str)}
    return leaves | {value.partition(" ")[2] for value in leaves}
