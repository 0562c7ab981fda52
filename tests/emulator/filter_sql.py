"""The SQL-like filter strings of STORAGE_OPTIMIZED endpoints."""

import re
from typing import Any, Literal, NamedTuple, NoReturn

from tests.emulator.errors import invalid
from tests.emulator.filters import AllOf, AnyOf, Compare, Condition, Not, compare

Escapes = Literal["standard", "spark"]
MAX_DEPTH = 64
WORDS = {
    *("AND", "OR", "NOT", "IN", "LIKE", "IS", "NULL", "BETWEEN", "TRUE", "FALSE"),
    *("TIMESTAMP", "DATE", "ARRAY_CONTAINS"),
}
STRINGS = {"standard": r"'(?:[^']|'')*'", "spark": r"'(?:[^'\\]|\\.)*'"}
REST = (
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<quoted>`[^`]+`|\"[^\"]+\")"
    r"|(?P<word>[A-Za-z_]\w*)|(?P<sign><=|>=|<>|!=|=|<|>|\(|\)|,)|(?P<space>\s+)"
)


class _Piece(NamedTuple):
    kind: str
    text: str


class _Parser:
    def __init__(
        self, text: str, columns: dict[str, str], escapes: Escapes, max_elements: int
    ) -> None:
        self._columns, self._escapes, self._max_elements = columns, escapes, max_elements
        self._text, self._pieces, self._at = text, self._split(text), 0
        self._depth = 0

    def parse(self) -> Condition:
        found = self._any_of()
        if self._at < len(self._pieces):
            self._fail(f"unexpected {self._pieces[self._at].text!r}")
        return found

    def _split(self, text: str) -> list[_Piece]:
        pattern = re.compile(f"(?P<string>{STRINGS[self._escapes]}){REST}", re.DOTALL)
        pieces, at = [], 0
        while at < len(text):
            found = pattern.match(text, at)
            if found is None:
                self._fail(f"cannot read it from character {at}")
            at, kind = found.end(), str(found.lastgroup)
            word = found[0].upper()
            if kind == "word" and word in WORDS:
                pieces.append(_Piece("keyword", word))
            elif kind != "space":
                pieces.append(_Piece(kind, found[0]))
        elements = sum(piece.kind in ("string", "number") for piece in pieces)
        if elements > self._max_elements:
            self._fail(f"{elements} elements, at most {self._max_elements} are allowed")
        return pieces

    def _any_of(self) -> Condition:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail("nested too deeply")
        parts = [self._all_of()]
        while self._take("OR"):
            parts.append(self._all_of())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all_of(self) -> Condition:
        parts = [self._negated()]
        while self._take("AND"):
            parts.append(self._negated())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _negated(self) -> Condition:
        return Not(self._single()) if self._take("NOT") else self._single()

    def _single(self) -> Condition:
        if self._take("("):
            inside = self._any_of()
            self._expect(")")
            return inside
        if self._take("ARRAY_CONTAINS"):
            self._expect("(")
            column = self._column()
            self._expect(",")
            value = self._literal()
            self._expect(")")
            return compare(self._columns, column, "CONTAINS", [value])
        return self._comparison(self._column())

    def _comparison(self, column: str) -> Condition:
        if self._take("IS"):
            negative = self._take("NOT")
            self._expect("NULL")
            null = Compare(column, "", "IS NULL", ())
            compare(self._columns, column, "IN", [])
            return Not(null) if negative else null
        negative = self._take("NOT")
        if self._take("IN"):
            return self._compare(column, "NOT IN" if negative else "IN", self._list())
        if self._take("LIKE"):
            like = self._compare(column, "LIKE", [self._literal()])
            return Not(like) if negative else like
        if self._take("BETWEEN"):
            low = self._compare(column, ">=", [self._literal()])
            self._expect("AND")
            both = AllOf((low, self._compare(column, "<=", [self._literal()])))
            return Not(both) if negative else both
        sign = self._next().text
        if negative or sign not in ("=", "!=", "<>", "<", "<=", ">", ">="):
            self._fail(f"unexpected {sign!r}")
        return self._compare(column, "!=" if sign == "<>" else sign, [self._literal()])

    def _compare(self, column: str, operator: str, values: list[Any]) -> Compare:
        return compare(self._columns, column, operator, values)

    def _list(self) -> list[Any]:
        self._expect("(")
        values = [self._literal()]
        while self._take(","):
            values.append(self._literal())
        self._expect(")")
        return values

    def _literal(self) -> Any:
        piece = self._next()
        if piece.text in ("TIMESTAMP", "DATE"):
            piece = self._next()
        if piece.kind == "string":
            return self._unescaped(piece.text[1:-1])
        if piece.kind == "number":
            return float(piece.text) if re.search(r"[.eE]", piece.text) else int(piece.text)
        if piece.text in ("TRUE", "FALSE"):
            return piece.text == "TRUE"
        return self._fail(f"expected a value, got {piece.text!r}")

    def _unescaped(self, text: str) -> str:
        if self._escapes == "standard":
            return text.replace("''", "'")
        return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)

    def _column(self) -> str:
        piece = self._next()
        if piece.kind == "quoted":
            return piece.text[1:-1]
        if piece.kind != "word":
            self._fail(f"expected a column, got {piece.text!r}")
        return piece.text

    def _next(self) -> _Piece:
        if self._at == len(self._pieces):
            self._fail("it ends too early")
        self._at += 1
        return self._pieces[self._at - 1]

    def _take(self, text: str) -> bool:
        """Takes the keyword or sign if it comes next; a string of the same letters is not it."""
        here = self._pieces[self._at : self._at + 1]
        found = here in ([_Piece("keyword", text)], [_Piece("sign", text)])
        self._at += found
        return found

    def _expect(self, text: str) -> None:
        if not self._take(text):
            self._fail(f"expected {text!r}")

    def _fail(self, why: str) -> NoReturn:
        raise invalid(f"Invalid filter string: {why}.")


def parse_sql(
    text: str, columns: dict[str, str], escapes: Escapes, max_elements: int
) -> Condition | None:
    """None for an empty string."""
    return _Parser(text, columns, escapes, max_elements).parse() if text.strip() else None
