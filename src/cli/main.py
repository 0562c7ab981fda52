"""The `kasal` command."""

import sys

import click

from src.cli import entry
from src.cli.approvals import approvals
from src.cli.batches import batches
from src.cli.catalogue import agents, models, tasks, tools
from src.cli.crews import crews
from src.cli.dev import dev
from src.cli.executions import executions, run
from src.cli.flows import flows
from src.cli.jobs import jobs
from src.cli.knowledge import knowledge
from src.cli.limits import limits
from src.cli.memory import memory
from src.cli.schedules import schedules
from src.cli.session import Session
from src.cli.triggers import triggers
from src.cli.webhooks import webhooks

VERSION = "0.1.0"
"""That of pyproject.toml: the command also runs from a checkout, where no package is installed."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="kasal", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Design crews of AI agents, run them durably, and watch every step."""
    ctx.obj = Session()


for _command in (
    run,
    executions,
    approvals,
    batches,
    schedules,
    crews,
    flows,
    agents,
    tasks,
    tools,
    models,
    knowledge,
    memory,
    jobs,
    limits,
    triggers,
    webhooks,
    dev,
    *entry.COMMANDS,
):
    cli.add_command(_command)


def main() -> None:
    sys.exit(cli.main(prog_name="kasal"))


if __name__ == "__main__":
    main()
