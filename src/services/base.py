"""What services over one noun share."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from src.core.cursor import CursorSigner, ListScope, Paging
from src.schemas.common import Page

Row = TypeVar("Row")
Item = TypeVar("Item")


def read_cursor(cursors: CursorSigner, paging: Paging, scope: ListScope) -> str | None:
    return None if paging.cursor is None else cursors.read(paging.cursor, scope)


def page_of(
    rows: Sequence[Row],
    limit: int,
    to_item: Callable[[Row], Item],
    id_of: Callable[[Row], str],
    cursors: CursorSigner,
    scope: ListScope,
) -> Page[Item]:
    """From `limit + 1` rows: the extra one only tells that there is a next page."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(
        items=[to_item(row) for row in shown],
        next_cursor=cursors.issue(id_of(shown[-1]), scope) if more else None,
    )
