"""Secrets travel inwards only; what comes back says no more than that one is set."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, SecretStr


def _printable(value: SecretStr) -> SecretStr:
    """Secrets end up in HTTP headers: no line breaks, no control or non-ASCII characters."""
    text = value.get_secret_value().strip()
    if not text or not text.isascii() or not text.isprintable():
        raise ValueError("expected printable ASCII characters without line breaks")
    return SecretStr(text)


SecretText = Annotated[
    SecretStr, Field(min_length=1, max_length=16_384), AfterValidator(_printable)
]


class SecretState(BaseModel):
    set: Literal[True] = True
