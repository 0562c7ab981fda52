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
    arguments = parser.parse_args()
    options = Options().change(json.loads(arguments.options))
    emulator = DatabricksEmulator(
        options, port=arguments.port, data_port=arguments.data_port, token=arguments.token
    )
    if arguments.script:
        emulator.script(*json.loads(arguments.script.read_text()))
    client_id, client_secret = emulator.service_principal
    known = {"DATABRICKS_HOST": emulator.host, "DATABRICKS_TOKEN": emulator.token}
    more = {"data_plane_url": emulator.data_plane_url, "client_id": client_id}
    print(json.dumps({**known, **more, "client_secret": client_secret}), flush=True)
    with suppress(KeyboardInterrupt):
        emulator.run()


if __name__ == "__main__":
    main()
