"""The emulator on two loopback ports, in a thread of this process or as the process itself.

In a test:

    with DatabricksEmulator() as emulator:
        client = AISearchClient(emulator.host, emulator.token)

`emulator.token` belongs to an administrator; others come from `emulator.identities`. The rest:
`requests` (what came in), `faults` and `inject` (what goes wrong), `clock`, `options`, `serving`
(models and their script) and `workspace` (what is stored).
"""

import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn

from src.core.clock import Clock
from tests.emulator.app import create_app
from tests.emulator.catalogue import inject
from tests.emulator.clock import EmulatorClock
from tests.emulator.databases import Databases
from tests.emulator.faults import FaultRule, Faults
from tests.emulator.identities import Identities, ServicePrincipal
from tests.emulator.options import Options
from tests.emulator.recorder import RecordedRequest, Recorder
from tests.emulator.serving import Serving
from tests.emulator.state import Workspace
from tests.emulator.world import World
from tests.support.scripted_answers import Rule

ADMINISTRATOR = "ada@example.com"
STOP_TIMEOUT_S = 10.0
BACKLOG = 512


class DatabricksEmulator:
    def __init__(
        self,
        options: Options | None = None,
        clock: Clock | None = None,
        port: int = 0,
        data_port: int = 0,
        token: str | None = None,
    ) -> None:
        self._sockets = [_listener(port), _listener(data_port)]
        ports = [one.getsockname()[1] for one in self._sockets]
        self.host, self.data_plane_url = (f"http://127.0.0.1:{one}" for one in ports)
        self.options = options or Options()
        self.clock = EmulatorClock(clock)
        self.world = World(self.options, self.clock, self.host, self.data_plane_url)
        self.token = self.identities.add_user(ADMINISTRATOR)
        if token:
            self.token = self.identities.add_token(ADMINISTRATOR, value=token)
        self.service_principal: ServicePrincipal = self.identities.add_service_principal()
        config = uvicorn.Config(
            create_app(self.world, data_port=ports[1]),
            loop="asyncio",
            http="httptools",
            lifespan="off",
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self.run, name="databricks-emulator", daemon=True)

    @property
    def workspace(self) -> Workspace:
        return self.world.workspace

    @property
    def identities(self) -> Identities:
        return self.world.identities

    @property
    def serving(self) -> Serving:
        return self.world.serving

    @property
    def databases(self) -> Databases:
        return self.world.databases

    @property
    def faults(self) -> Faults:
        return self.world.faults

    @property
    def recorder(self) -> Recorder:
        return self.world.recorder

    @property
    def requests(self) -> list[RecordedRequest]:
        return self.recorder.all()

    def inject(self, name: str) -> FaultRule | None:
        """A fault of the catalogue, by name."""
        return inject(self.world, name)

    def script(self, *rules: Rule) -> None:
        """What chat models answer; the rules are those of tests/support/scripted_openai.py."""
        self.serving.script.replace(list(rules))

    def reset(self) -> None:
        self.world.reset()

    def run(self) -> None:
        """Serves until stopped: in the caller's thread."""
        self._server.run(self._sockets)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.faults.clear()
        self.serving.script.release()
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(STOP_TIMEOUT_S)
        for one in self._sockets:
            one.close()


def _listener(port: int) -> socket.socket:
    """Listening already: a client that connects before the server runs waits for it.

    The protocol is named because asyncio sets TCP_NODELAY only where it is; without it every answer
    on a kept connection waits 40 ms for the client's delayed acknowledgement.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(BACKLOG)
    return listener
