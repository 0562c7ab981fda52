"""kill -9 of workers while memory is written: every finished task is remembered, exactly once."""

import random

from tests.support.memory_crash import MemoryCrash
from tests.support.processes import Installation
from tests.support.scripted_openai import ScriptedOpenAI

KILLS = 4


def test_killed_workers_lose_and_double_nothing_in_memory(
    kasal: Installation, model: ScriptedOpenAI
) -> None:
    crash = MemoryCrash(kasal, model, random.Random(5), "Killed while it writes")
    crash.use_slow_embedder()
    crash.start_workers(2)
    crash.start(runs=3)
    for _ in range(KILLS):
        crash.kill_one()
    crash.wait(90)
    findings = crash.findings()
    assert set(findings.values()) == {0}, findings
    for id in crash.ids:
        types = [event["type"] for event in kasal.events(id)]
        assert types.count("memory_saved") == 3
        assert types[-1] == "execution_completed"
