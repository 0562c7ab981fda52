"""Keeps crewai, litellm and mlflow at home: no telemetry, no phone calls, no writes outside the data directory.

Importing this module sets the switches that they read when they are imported, so it must come first;
`src.engines.crewai` imports it for that reason, in API processes too. `quiet(data_dir)` does what needs to
know a place and is called once by every process that runs crews, before anything imports crewai. It is the
only module besides core/settings.py that touches the environment.

Measured on crewai 1.15.30, litellm 1.105.0 and mlflow-skinny 3.17 (tests/engines/test_quiet.py and
test_quiet_stores.py fail when it is no longer enough).
"""

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SWITCHES = {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_DISABLE_TRACKING": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "CREWAI_DISABLE_VERSION_CHECK": "true",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    # Else litellm and crewai load any .env above their own package into the environment at import.
    "LITELLM_MODE": "PRODUCTION",
    "PYTHON_DOTENV_DISABLED": "true",
    "ANONYMIZED_TELEMETRY": "False",
    # The Databricks vector search client loads mlflow, which writes an installation id below HOME at import.
    "MLFLOW_DISABLE_TELEMETRY": "true",
}
for _name, _value in _SWITCHES.items():
    os.environ.setdefault(_name, _value)

# With these two in the environment litellm mints a token before every Databricks call (reference B6);
# ours are in Settings by then.
_TAKEN_OUT = ("DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET")


def quiet(data_dir: Path) -> None:
    """Sends what crewai still writes below `data_dir` and removes credentials that litellm would pick up.

    Call it after Settings has been read and before crewai is imported. Idempotent.
    """
    # Imported here because the API process, which never runs a crew, must not load any of it.
    from crewai_core import lock_store, settings, token_manager

    home = data_dir.absolute() / "crewai"
    home.mkdir(parents=True, exist_ok=True)
    os.environ["CREWAI_STORAGE_DIR"] = str(home)
    for name in _TAKEN_OUT:
        os.environ.pop(name, None)
    # Both are read at import of crewai's trace listener, tracing on or off, and default to HOME.
    settings.DEFAULT_CONFIG_PATH = home / "settings.json"
    setattr(token_manager.TokenManager, "_get_secure_storage_path", staticmethod(lambda: home))
    # The default is a lock file in the temp folder, or a Redis that REDIS_URL happens to name.
    lock_store.set_lock_backend(_in_process_lock)


def silence_run() -> None:
    """Stops crewai's console panels in the calling context; each run calls it in its own thread."""
    # Imported here for the same reason as above.
    from crewai_core.printer import set_suppress_console_output

    set_suppress_console_output(True)


_locks: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)


@contextmanager
def _in_process_lock(name: str, *, timeout: float = 120) -> Iterator[None]:
    # Nothing that crewai locks is shared between our processes: its stores are replaced by ours.
    lock = _locks[name]
    if not lock.acquire(timeout=timeout):
        raise TimeoutError(f"crewai's lock {name} was not free within {timeout:.0f} s")
    try:
        yield
    finally:
        lock.release()
