"""The same code under another version number, as after an upgrade that changed the order of steps.

Production has no such switch: these processes patch the constant before anything reads it.
`python -m tests.support.other_version 2 src.main:app …` is uvicorn's command line in version 2.
"""

import sys

import uvicorn

from src.engines.dbos import lease, queue, takeover, worker

VARIABLE = "KASAL_TEST_VERSION"
"""In the environment of a worker of the nursery."""


def become(version: str) -> None:
    for module in (queue, takeover, lease, worker):
        setattr(module, "APP_VERSION", version)


if __name__ == "__main__":
    become(sys.argv.pop(1))
    uvicorn.main()
