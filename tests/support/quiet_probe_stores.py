"""Opens every kind of memory in a fresh process, as an API process does, and reports what that did.

`python -m tests.support.quiet_probe_stores`: settings come from the environment.
"""

import asyncio
import json
import sys
import threading

from tests.support.quiet_probe import NOTES, watch

_LATER = ("chromadb", "databricks", "mlflow", "tokenizers", "safetensors", "crewai", "litellm")


async def _remember_everywhere() -> list[str]:
    # Imported under watch, as everything else.
    from src.bootstrap import Container
    from src.core.settings import Settings
    from tests.support.memory_probe import remember

    container = Container(Settings(_env_file=None))
    found = [await remember(container, kind) for kind in ("default", "databricks")]
    await container.close()
    return found


def main() -> None:
    sys.addaudithook(watch)
    import src.main  # noqa: F401  # what an API process starts with

    early = sorted(name for name in _LATER if name in sys.modules)
    found = asyncio.run(_remember_everywhere())
    threads = sorted(thread.name for thread in threading.enumerate())
    print(json.dumps({**NOTES, "threads": threads, "found": found, "early": early}))


if __name__ == "__main__":
    main()
