"""docs/memory.md says what is there."""

import re
import shlex

import click
import pytest

from src.cli.main import cli
from src.schemas.memory_backend import MemoryConfig
from tests.support.processes import ROOT

DOCUMENT = (ROOT / "docs" / "memory.md").read_text()
BLOCKS = re.findall(r"```bash\n(.*?)```", DOCUMENT, flags=re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines()]
NAMED = re.findall(r"`kasal ([a-z]+(?: [a-z]+)*)", DOCUMENT)


def found(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words name, and what is left for it."""
    command: click.Command = cli
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_line_can_be_typed(line: str) -> None:
    command, rest = found(shlex.split(line, comments=True)[1:])
    assert not isinstance(command, click.Group), line
    command.make_parser(click.Context(command)).parse_args(rest)


@pytest.mark.parametrize("words", NAMED)
def test_every_command_that_is_named_exists(words: str) -> None:
    command, rest = found(words.split())
    assert command is not cli, words
    assert not (isinstance(command, click.Group) and rest), words


def test_all_of_a_configuration_is_named() -> None:
    listed = DOCUMENT.partition("A configuration takes: ")[2].partition(".")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == set(MemoryConfig.model_fields)


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"`((?:src|tests|benchmarks)/[\w./]+)`", DOCUMENT)
    assert [name for name in named if not (ROOT / name).exists()] == []
