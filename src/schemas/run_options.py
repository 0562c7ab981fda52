"""What comes with a run, whatever is run."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, JsonValue

from src.core.text import clean_text
from src.schemas.strict import Strict


def _clean_json(value: Any) -> Any:
    """The rules of SafeText for every key and string inside a free JSON value."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [_clean_json(item) for item in value]
    if isinstance(value, dict):
        return {
            clean_text(key) if isinstance(key, str) else key: _clean_json(item)
            for key, item in value.items()
        }
    return value


CleanJson = Annotated[JsonValue, BeforeValidator(_clean_json)]
Inputs = Annotated[dict[str, JsonValue], BeforeValidator(_clean_json), Field(max_length=200)]


class Budget(Strict):
    """Ends the run before the next model call once it is used up; finished outputs stay."""

    max_usd: float | None = Field(None, gt=0, le=1_000_000)
    max_tokens: int | None = Field(None, gt=0, le=10_000_000_000)
