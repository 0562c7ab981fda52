"""Our statements on the run engine's table do what its own recovery does (dbos 3.4)."""

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from dbos import DBOSClient

from src.core.settings import Settings
from src.core.unit_of_work import Database
from src.engines.dbos import takeover
from src.engines.dbos.lease import Lease, make_lease_engine
from src.engines.dbos.queue import APP_NAME, APP_VERSION, QUEUE, WORKFLOW, migrate
from src.engines.dbos.serializer import JsonSerializer
from src.models.execution import WorkerLease
from tests.conftest import Kind, SettingsFor
from tests.support.database_clock import DatabaseClock
from tests.support.processes import wait_until

SetClock = Callable[[float], None]
IGNORED = {"workflow_uuid", "updated_at", "completed_at", "created_at", "inputs", "creator_xid"}


def client_of(settings: Settings) -> DBOSClient:
    migrate(settings)
    return DBOSClient(
        system_database_url=settings.sync_database_url,
        serializer=JsonSerializer(),
        application_name=APP_NAME,
    )


def queued(client: DBOSClient, id: str, version: str = APP_VERSION) -> None:
    client.enqueue(
        {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": id,
            "app_version": version,
            "priority": 5,
            "queue_partition_key": "g1",
        },
        id,
    )


def claimed(
    client: DBOSClient, engine: sa.Engine, id: str, owner: str, version: str = APP_VERSION
) -> None:
    """A workflow that a worker took from the queue."""
    queued(client, id, version)
    with engine.begin() as connection:
        connection.execute(
            sa.update(_table(connection))
            .where(sa.column("workflow_uuid") == id)
            .values(status="PENDING", executor_id=owner, owner_xid="x", started_at_epoch_ms=1)
        )


def row(engine: sa.Engine, id: str) -> dict[str, object]:
    with engine.connect() as connection:
        query = sa.select(sa.text("*")).select_from(_table(connection))
        found = connection.execute(query.where(sa.column("workflow_uuid") == id)).mappings().one()
    return {name: value for name, value in found.items() if name not in IGNORED}


def _table(connection: sa.Connection) -> sa.TableClause:
    columns = ("workflow_uuid", "status", "executor_id", "owner_xid", "started_at_epoch_ms")
    schema = "dbos" if connection.dialect.name == "postgresql" else None
    return sa.table("workflow_status", *map(sa.column, columns), schema=schema)


def test_giving_back_is_what_the_engine_s_recovery_does(
    database_kind: Kind, settings_for: SettingsFor
) -> None:
    settings = settings_for(database_kind)
    client, engine = client_of(settings), make_lease_engine(settings)
    claimed(client, engine, "ours", "dead")
    claimed(client, engine, "theirs", "dead")
    client._sys_db.reenqueue_for_recovery("theirs", ["dead"], "fallback")
    with engine.begin() as connection:
        assert takeover.owners(connection) == {"dead"}
        assert takeover.running_of(connection, "dead") == {"ours"}
        assert takeover.give_back(connection, "dead") == ["ours"]
        assert takeover.give_back(connection, "dead") == []
    assert row(engine, "ours") == row(engine, "theirs")
    client.destroy()
    engine.dispose()


def test_only_runs_of_owners_without_a_lease_are_taken_over(
    database_kind: Kind, settings_for: SettingsFor
) -> None:
    settings = settings_for(database_kind)
    client, engine = client_of(settings), make_lease_engine(settings)
    for owner in ("me", "peer", "gone"):
        claimed(client, engine, f"run of {owner}", owner)
    leases = {
        name: Lease(engine, name, ttl_s, lambda: ["run of me"])
        for name, ttl_s in (("me", 0.2), ("peer", 60.0), ("expired", -1.0))
    }
    claimed(client, engine, "run of expired", "expired")
    for lease in leases.values():
        lease.register()

    def owners_left() -> bool:
        leases["me"]._beat()
        leases["me"]._reap()
        with engine.connect() as connection:
            return takeover.owners(connection) == {"me", "peer"}

    wait_until(owners_left, 60, "lost workers are taken over from")
    assert leases["peer"].hand_over() == 1
    assert row(engine, "run of peer")["status"] == "ENQUEUED"
    assert leases["me"].is_held() and not leases["expired"].is_held()
    client.destroy()
    engine.dispose()


def test_process_that_is_gone_from_this_machine_is_not_waited_for(
    database_kind: Kind, settings_for: SettingsFor
) -> None:
    settings = settings_for(database_kind)
    client, engine = client_of(settings), make_lease_engine(settings)
    leases = {name: Lease(engine, name, 60.0, list) for name in ("me", "peer", "far")}
    for name, lease in leases.items():
        lease.register()
        claimed(client, engine, f"run of {name}", name)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with engine.begin() as connection:
        mine = sa.select(WorkerLease.host).where(WorkerLease.executor_id == "me")
        same = connection.scalar(mine)
        for name, host in (("peer", same), ("far", "elsewhere")):
            connection.execute(
                sa.update(WorkerLease)
                .where(WorkerLease.executor_id == name)
                .values(pid=ended.pid, host=host)
            )
    leases["me"]._reap()
    with engine.connect() as connection:
        assert takeover.owners(connection) == {"me", "far"}
    client.destroy()
    engine.dispose()


@pytest.fixture
def set_clock(
    database_kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Settings], SetClock]:
    """Sets the clock that leases are written by so many seconds ahead: the database's, or this machine's."""

    def of(settings: Settings) -> SetClock:
        if database_kind == "postgres":
            return DatabaseClock(settings.postgres_dsn).set
        true_time = time.time
        return lambda shift_s: monkeypatch.setattr(time, "time", lambda: true_time() + shift_s)

    return of


def test_clock_that_is_set_back_does_not_keep_a_dead_worker_alive(
    database_kind: Kind, settings_for: SettingsFor, set_clock: Callable[[Settings], SetClock]
) -> None:
    settings = settings_for(database_kind)
    set_to = set_clock(settings)
    client, engine = client_of(settings), make_lease_engine(settings)
    me, dead = (Lease(engine, name, 0.5, list) for name in ("me", "dead"))
    dead.register()
    me.register()
    claimed(client, engine, "run of dead", "dead")
    me._reap()
    set_to(-3600.0)

    def is_taken_over() -> bool:
        me._reap()
        return row(engine, "run of dead")["status"] == "ENQUEUED"

    wait_until(is_taken_over, 60, "the lease runs out")
    client.destroy()
    engine.dispose()


def test_clock_that_is_set_forward_takes_nothing_from_live_workers(
    database_kind: Kind, settings_for: SettingsFor, set_clock: Callable[[Settings], SetClock]
) -> None:
    settings = settings_for(database_kind)
    set_to = set_clock(settings)
    client, engine = client_of(settings), make_lease_engine(settings)
    me, peer = (Lease(engine, name, 60.0, list) for name in ("me", "peer"))
    for lease in (me, peer):
        lease.register()
    claimed(client, engine, "run of peer", "peer")
    me._reap()
    peer._beat()  # nobody sees it before the clock is set
    set_to(3600.0)
    me._reap()
    peer._beat()
    me._reap()
    set_to(0.0)
    me._reap()
    with engine.connect() as connection:
        assert takeover.owners(connection) == {"peer"}
    client.destroy()
    engine.dispose()


def test_retiring_is_what_the_engine_s_cancelling_does_and_spares_versions_with_workers(
    database_kind: Kind, settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takeover, "APP_VERSION", "12")
    settings = settings_for(database_kind)
    client, engine = client_of(settings), make_lease_engine(settings)
    for version in ("9", "10", "12", "13"):
        claimed(client, engine, f"running in {version}", "somebody", version)
        queued(client, f"queued in {version}", version)
    claimed(client, engine, "theirs", "somebody", "9")
    client.cancel_workflow("theirs")
    with engine.begin() as connection:
        assert takeover.retire(connection, {"10", "12"}, 1) == 2
        assert takeover.retire(connection, {"10", "12"}, 1) == 0
    statuses = {
        status.workflow_id: status.status
        for status in client.list_workflows(load_input=False, load_output=False)
    }
    assert {id for id, status in statuses.items() if status == "CANCELLED"} == {
        "running in 9",
        "queued in 9",
        "theirs",
    }
    assert row(engine, "running in 9") == row(engine, "theirs")
    client.destroy()
    engine.dispose()


@pytest.mark.integration
async def test_process_that_stands_still_loses_its_locks_before_its_lease(
    settings_for: SettingsFor,
) -> None:
    """Its events are written for many runs at once, and who takes them over needs their rows."""
    settings = settings_for("postgres")
    shown = sa.text("SELECT current_setting('idle_in_transaction_session_timeout')::interval")
    database, engine = Database(settings), make_lease_engine(settings)
    async with database.write() as uow:
        found = [(await (await uow.connection()).execute(shown)).scalar_one()]
    with engine.connect() as connection:
        found.append(connection.execute(shown).scalar_one())
    assert all(0 < timeout.total_seconds() < settings.kasal_lease_ttl_s for timeout in found)
    await database.close()
    engine.dispose()
