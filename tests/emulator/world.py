"""Everything one emulator holds."""

from tests.emulator.clock import EmulatorClock
from tests.emulator.databases import Databases
from tests.emulator.faults import Faults
from tests.emulator.identities import Identities
from tests.emulator.options import Options
from tests.emulator.recorder import Recorder
from tests.emulator.serving import Serving
from tests.emulator.state import Workspace

WORKSPACE_ID = "900800700600"


class World:
    def __init__(
        self, options: Options, clock: EmulatorClock, host: str, data_plane_url: str
    ) -> None:
        self.options, self.clock = options, clock
        self.host, self.data_plane_url = host, data_plane_url
        self.workspace = Workspace(options, clock)
        self.identities = Identities(options, clock)
        self.serving = Serving(options)
        self.databases = Databases(options, clock)
        self.faults = Faults(clock)
        self.recorder = Recorder()

    def reset(self) -> None:
        """Forgets indexes, faults, requests and scripts; people, their tokens and options stay."""
        with self.workspace.lock:
            self.workspace.forget()
        self.faults.clear()
        self.recorder.clear()
        self.serving.script.replace([])
        self.serving.script.release()
