"""Whether this worker process may still act for the runs that it took."""

import threading
from typing import NoReturn, Protocol

from src.core.unit_of_work import UnitOfWork
from src.repositories.fleet import FleetRepository

_POLL_S = 0.05


class Lease(Protocol):
    def is_held(self) -> bool:
        """As far as the own clock can tell; thread-safe."""
        ...

    def lost(self) -> NoReturn:
        """Ends the process: peers have taken its runs over."""
        ...


class Ownership:
    """A process that was stopped, or cut off from the database, wakes up after a peer has taken its runs
    over. It must neither write what it still holds nor begin another call."""

    def __init__(self, executor_id: str, lease: Lease) -> None:
        self.executor_id = executor_id
        self._lease = lease

    async def require(self, uow: UnitOfWork) -> None:
        """Call it in every transaction that writes for a run. Does not return in a process declared dead."""
        if not await uow.repo(FleetRepository).has_lease(self.executor_id):
            self._lease.lost()

    def wait(self, cancelled: threading.Event) -> None:
        """Returns when the lease is proven, or the run was cancelled. Called from engine threads."""
        while not self._lease.is_held() and not cancelled.wait(_POLL_S):
            continue
