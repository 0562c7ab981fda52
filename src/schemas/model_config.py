from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints, field_validator

from src.core.providers import PROVIDERS
from src.core.text import Key, ShortText
from src.schemas.common import OwnedRead, Patch
from src.schemas.strict import Strict

_MAX_TOKENS = 100_000_000
Temperature = Annotated[float, Field(ge=0, le=2)]
Tokens = Annotated[int, Field(ge=1, le=_MAX_TOKENS)]
Url = Annotated[str, StringConstraints(min_length=8, max_length=2000, pattern=r"^https?://[!-~]+$")]
UsdPerMillion = Annotated[float, Field(ge=0, le=1_000_000)]
Requests = Annotated[int, Field(ge=1, le=1_000_000)]


def _known_provider(name: str) -> str:
    if name not in PROVIDERS:
        raise ValueError(f"there is no such provider; known are: {', '.join(PROVIDERS)}")
    return name


class ModelConfigCreate(Strict):
    key: Key = Field(description="how agents name this model")
    name: ShortText = Field(description="how the provider names it")
    provider: Key
    temperature: Temperature | None = None
    context_window: Tokens = 128_000
    max_output_tokens: Tokens = 4096
    base_url: Url | None = None
    input_cost_per_mtok: UsdPerMillion | None = Field(
        None, description="USD for a million prompt tokens; null: the known price, if any"
    )
    output_cost_per_mtok: UsdPerMillion | None = None
    requests_per_minute: Requests | None = Field(
        None, description="of one group, over all workers; calls wait instead of failing"
    )
    tokens_per_minute: Tokens | None = Field(
        None, description="prompts and answers together; as requests_per_minute"
    )
    enabled: bool = True

    _provider = field_validator("provider")(_known_provider)


class ModelConfigUpdate(Patch):
    nullable: ClassVar[frozenset[str]] = frozenset(
        {
            "temperature",
            "base_url",
            "input_cost_per_mtok",
            "output_cost_per_mtok",
            "requests_per_minute",
            "tokens_per_minute",
        }
    )

    key: Key | None = None
    name: ShortText | None = None
    provider: Key | None = None
    temperature: Temperature | None = None
    context_window: Tokens | None = None
    max_output_tokens: Tokens | None = None
    base_url: Url | None = None
    input_cost_per_mtok: UsdPerMillion | None = None
    output_cost_per_mtok: UsdPerMillion | None = None
    requests_per_minute: Requests | None = None
    tokens_per_minute: Tokens | None = None
    enabled: bool | None = None

    _provider = field_validator("provider")(_known_provider)


class ModelTest(Strict):
    model: Key = Field(
        description="a model of the list by its key, or provider/name",
        examples=["openai/gpt-4o-mini"],
    )


class ModelConfigRead(OwnedRead):
    key: str
    name: str
    provider: str
    temperature: float | None
    context_window: int
    max_output_tokens: int
    base_url: str | None
    input_cost_per_mtok: float | None
    output_cost_per_mtok: float | None
    requests_per_minute: int | None
    tokens_per_minute: int | None
    enabled: bool
