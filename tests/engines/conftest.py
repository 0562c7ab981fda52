"""Everything that runs crews: crewai is made quiet before any test module imports it."""

from collections.abc import Iterator

import pytest

import tests.support.quiet_process  # noqa: F401  (before crewai)
from tests.support.scripted_openai import ScriptedOpenAI


@pytest.fixture(scope="session")
def running_server() -> Iterator[ScriptedOpenAI]:
    with ScriptedOpenAI() as running:
        yield running


@pytest.fixture
def server(running_server: ScriptedOpenAI) -> Iterator[ScriptedOpenAI]:
    """A scripted model server, echoing until it is given a script."""
    running_server.script()
    yield running_server
    running_server.release()
