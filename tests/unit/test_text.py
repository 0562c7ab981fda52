import pytest
from pydantic import TypeAdapter, ValidationError

from src.core.text import ShortText


def test_name_of_spaces_is_no_name() -> None:
    names = TypeAdapter(ShortText)
    assert names.validate_python("  Prices ") == "Prices"
    assert names.validate_python(" " * 300 + "a" * 200) == "a" * 200
    for nothing in ("", "   "):
        with pytest.raises(ValidationError, match="at least 1 character"):
            names.validate_python(nothing)
