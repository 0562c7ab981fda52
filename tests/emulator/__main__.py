"""`python -m tests.emulator --port N --data-port M`: a Databricks workspace on this machine."""

import argparse
import json
from contextlib import suppress
from pathlib import Path

from tests.emulator.options import Options
from tests.emulator.server import DatabricksEmulator


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the workspace (0: a free port)")
    parser.add_argument("--data-port", type=int, default=0, help="the index data plane")
    parser.add_argument("--token", default="dapi-emulator", help="the administrator's token")
    parser.add_argument("--options", default="{}", help='JSON, such as {"latency_s": 0.05}')
    parser.add_argument("--script", type=Path, help="a JSON file of rules for chat models")
    parser.add_argument("--print", choices=("json", "exports"), default="json", dest="form")
    arguments = parser.parse_args()
    options = Options().change(json.loads(arguments.options))
    emulator = DatabricksEmulator(
        options, port=arguments.port, data_port=arguments.data_port, token=arguments.token
    )
    if arguments.script:
        emulator.script(*json.loads(arguments.script.read_text()))
    print(_json(emulator) if arguments.form == "json" else _exports(emulator), flush=True)
    with suppress(KeyboardInterrupt):
        emulator.run()


def _known(emulator: DatabricksEmulator) -> dict[str, str]:
    return {"DATABRICKS_HOST": emulator.host, "DATABRICKS_TOKEN": emulator.token}


def _json(emulator: DatabricksEmulator) -> str:
    client_id, client_secret = emulator.service_principal
    more = {"data_plane_url": emulator.data_plane_url, "client_id": client_id}
    return json.dumps({**_known(emulator), **more, "client_secret": client_secret})


def _exports(emulator: DatabricksEmulator) -> str:
    """For a shell to read, with the rest as comments."""
    lines = [f"export {name}={value}" for name, value in _known(emulator).items()]
    lines += [f"# controls: {emulator.host}/__emu/state, faults by name: tests/emulator/README.md"]
    return "\n".join([*lines, "# Ctrl-C stops it, and what it stored is gone."])


if __name__ == "__main__":
    main()
