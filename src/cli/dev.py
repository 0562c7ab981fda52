"""`kasal dev`: what helps on a developer's machine and needs a checkout."""

import os
import sys
from pathlib import Path

import click

from src.cli.launch import ROOT, require_free_port
from src.cli.session import LocalGroup, Session

_PORTS = click.IntRange(1, 65535)


class NeedsCheckout(click.UsageError):
    """Exit code 2: this installation has not got what the command works with."""


@click.group(cls=LocalGroup)
def dev() -> None:
    """Local work on Kasal, from a checkout."""


@dev.command("emulator")
@click.option("--port", type=_PORTS, default=8931, show_default=True, help="The workspace.")
@click.option(
    "--data-port", type=_PORTS, default=8932, show_default=True, help="What the indexes answer on."
)
@click.pass_obj
def emulator(session: Session, port: int, data_port: int) -> None:
    """Run a Databricks workspace on this machine: vector search, model serving, OAuth.

    Nothing leaves the machine and nothing is kept. Prints what to export in the terminal that starts Kasal.
    """
    home = _checkout(ROOT)
    if port == data_port:
        raise click.UsageError("--port and --data-port have to differ")
    for one in (port, data_port):
        require_free_port("127.0.0.1", one)
    command = [sys.executable, "-m", "tests.emulator", "--port", str(port)]
    command += ["--data-port", str(data_port), "--print", "json" if session.json else "exports"]
    sys.stdout.flush()
    os.execve(command[0], command, {**os.environ, "PYTHONPATH": str(home)})


def _checkout(root: Path) -> Path:
    if not (root / "tests" / "emulator" / "__main__.py").is_file():
        raise NeedsCheckout(
            f"there is no tests/emulator in {root}: the emulator comes with a checkout of Kasal, "
            "not with an installed package; clone the project and run it there"
        )
    return root
