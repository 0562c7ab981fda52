"""Takes each group and crew filter away, one at a time, and expects the tenancy suite to notice.

Every record operation of every implementation builds its filter by `select`, so a mutant is: this function of
this module, without this part of the scope. Rows that a store then returns are still held back by the check of
each row, which counts them; the suite fails by that count or by what it sees.
"""

import ast
import inspect
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from src.repositories.vector import databricks, embedded, filters, in_memory, pgvector
from src.repositories.vector.base import VectorIndexRepository, VectorQuery
from src.repositories.vector.embedded import EmbeddedVectorIndexRepository
from src.repositories.vector.filters import MemoryScope, RecordFilter, Schemas, Selection
from src.repositories.vector.in_memory import InMemoryVectorIndexRepository
from src.repositories.vector.index_catalogue import CataloguedIndex
from src.repositories.vector.pgvector import PgVectorIndexRepository
from src.repositories.vector.record_file import RecordFile
from src.schemas.databricks_index_schemas import MemoryType
from tests.conformance.arrangement import (
    ALPHA,
    ALPHA_OTHER_CREW,
    BETA,
    BETA_SAME_CREW,
    Names,
    direction,
    ids_of,
    made,
    write,
)
from tests.conformance.databricks_support import new_repository
from tests.conformance.tenancy import TenancyConformance
from tests.conftest import SettingsFor
from tests.emulator.server import DatabricksEmulator

Open = Callable[[], Awaitable[VectorIndexRepository]]
PARTS = {"group": Schemas.GROUP, "crew": Schemas.CREW}
SERVED = pytest.param("databricks", marks=pytest.mark.integration)
KINDS = ("in_memory", "embedded", SERVED)
MODULES: dict[str, ModuleType] = {
    "in_memory": in_memory,
    "embedded": embedded,
    "databricks": databricks,
    "pgvector": pgvector,
}
NAMES = {"databricks": Names("main.memory.", "crews")}


def sites(module: ModuleType) -> list[str]:
    """The functions that build a filter: the innermost ones around each call of `select`."""
    found: set[str] = set()

    def visit(node: ast.AST, function: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            function = node.name
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "select":
            found.add(function)
        for child in ast.iter_child_nodes(node):
            visit(child, function)

    visit(ast.parse(inspect.getsource(module)), "")
    return sorted(found)


def callers() -> set[str]:
    """Of whoever calls this from a mutant; a generator expression has a frame of its own."""
    frame = sys._getframe(2)
    behind = frame.f_back
    if frame.f_code.co_name != "<genexpr>" or behind is None:
        return {frame.f_code.co_name}
    return {behind.f_code.co_name}


MUTANTS = [
    pytest.param(
        *(kind, site, part),
        marks=() if kind in ("in_memory", "embedded") else pytest.mark.integration,
    )
    for kind, module in MODULES.items()
    for site in sites(module)
    for part in PARTS
]


class _OneFileForAll(EmbeddedVectorIndexRepository):
    """Without directories of crews, which by themselves keep crews apart: only the filters are left."""

    def _path(self, group_id: str, crew_id: str, found: CataloguedIndex) -> Path:
        return super()._path("", "shared", found)

    def _files(
        self, scope: MemoryScope, found: CataloguedIndex
    ) -> Iterator[tuple[RecordFile, MemoryScope]]:
        for file, _ in list(super()._files(scope, found))[:1]:
            yield file, scope


@pytest.fixture(scope="module")
def server() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture
async def opening(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Open]:
    """Makes empty repositories of a kind, as many as are asked for."""
    made_ones: list[VectorIndexRepository] = []

    async def open() -> VectorIndexRepository:
        store: VectorIndexRepository
        if kind == "in_memory":
            store = InMemoryVectorIndexRepository()
        elif kind == "embedded":
            store = _OneFileForAll(tmp_path / str(len(made_ones)))
        elif kind == "databricks":
            store = new_repository(request.getfixturevalue("server"))
        else:
            settings_for: SettingsFor = request.getfixturevalue("settings_for")
            store = PgVectorIndexRepository(
                settings_for("postgres").postgres_dsn, schema=f"memory_{len(made_ones)}"
            )
        made_ones.append(store)
        return store

    yield open
    for store in made_ones:
        await store.close()


def without(
    part: str, original: Callable[..., Selection], site: str = ""
) -> Callable[..., Selection]:
    def mutant(scope: MemoryScope, memory_type: MemoryType, given: RecordFilter) -> Selection:
        selection = original(scope, memory_type, given)
        if site and site not in callers():
            return selection
        left = (one for one in selection.conditions if one.column != PARTS[part])
        return Selection(tuple(left))

    return mutant


def parameters_of(test: Any) -> dict[str, Any]:
    """The first case of a parametrised test."""
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            return {mark.args[0]: mark.args[1][0]}
    return {}


async def first_failure(open: Open, kind: str) -> str | None:
    """The first test of the tenancy suite that fails, or None."""
    suite = TenancyConformance()
    suite.names = NAMES.get(kind, Names())
    for name, test in inspect.getmembers(TenancyConformance, inspect.isfunction):
        if not name.startswith("test_"):
            continue
        store = await open()
        try:
            await test(suite, store, **parameters_of(test))
        except (Exception, pytest.fail.Exception):
            return name
        if store.foreign_rows:
            return name
    return None


@pytest.mark.parametrize("kind", KINDS)
async def test_the_suite_passes_on_what_is_not_mutated(opening: Open, kind: str) -> None:
    assert await first_failure(opening, kind) is None


@pytest.mark.parametrize(("kind", "site", "part"), MUTANTS)
async def test_a_missing_filter_is_noticed(
    opening: Open, kind: str, site: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = MODULES[kind]
    monkeypatch.setattr(module, "select", without(part, filters.select, site))
    assert await first_failure(opening, kind) is not None


@pytest.mark.parametrize("kind", KINDS)
async def test_a_missing_check_of_ids_to_write_is_noticed(
    opening: Open, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemoryScope, "owner_of", lambda scope, memory_type, id: scope.crew_id)
    assert await first_failure(opening, kind) is not None


@pytest.mark.parametrize("kind", [SERVED])
async def test_a_scan_of_other_stretches_is_noticed(
    opening: Open, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = MemoryScope.bindings

    def mutant(scope: MemoryScope, memory_type: MemoryType) -> dict[str, str]:
        if "_stretch" not in callers():
            return original(scope, memory_type)
        scopes = (scope, ALPHA, BETA, BETA_SAME_CREW, ALPHA_OTHER_CREW)
        return {key: crew for one in scopes for key, crew in original(one, memory_type).items()}

    monkeypatch.setattr(MemoryScope, "bindings", mutant)
    assert await first_failure(opening, kind) is not None


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", KINDS)
async def test_rows_are_held_back_though_a_filter_is_missing(
    opening: Open, kind: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second line, and that nothing but it stood between: without both, the foreign row comes."""
    monkeypatch.setattr(MODULES[kind], "select", without(part, filters.select))
    store = await opening()
    ref = await made(store, NAMES.get(kind, Names()).ref())
    other = BETA_SAME_CREW if part == "group" else ALPHA_OTHER_CREW
    theirs = await write(store, other, ref, "theirs")
    mine = await write(store, ALPHA, ref, "mine")
    query = VectorQuery(direction(1.0))
    assert ids_of(await store.similarity_search(ALPHA, ref, query)) == mine
    assert store.foreign_rows == 1
    monkeypatch.setattr(MemoryScope, "holds", lambda *_: True)
    assert theirs[0] in ids_of(await store.similarity_search(ALPHA, ref, query))
