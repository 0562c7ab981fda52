"""Holds what became of the crews against what had to become of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.faults.campaign import ENDED, Campaign, Outcome
from benchmarks.faults.crews import TASKS, USAGE, Crew, run_of
from benchmarks.findings import Events, doubled, has_gap, takeovers, tasks_run_again
from tests.support.faulty_memory import FaultyMemory

Outputs = Mapping[str, str]
PROMISES = (
    "lost",
    "not completed",
    "stuck",
    "finished tasks run again",
    "once effects doubled",
    "once effects missing without a word",
    "events with a gap or a repeat",
    "streams with a gap or a repeat",
    "other outputs",
    "usage that does not add up",
    "model calls counted that were not made",
    "observations lost, doubled or of nobody",
    "rows of the queue left open",
)


@dataclass
class Findings:
    executions: int
    faults: int
    seconds: float
    broken: Counter[str]
    """By the names in PROMISES."""
    outputs: dict[str, Outputs]
    takeovers: list[float] = field(default_factory=list)
    unknown_effects: int = 0
    uncounted_calls: int = 0
    """Made by an attempt that was lost, or cut off."""
    usage: list[int] = field(default_factory=lambda: [0, 0, 0])
    """Of all runs: prompt and completion tokens, calls."""
    details: list[str] = field(default_factory=list)

    def note(self, what: str, about: Any, times: int = 1) -> None:
        if times:
            self.broken[what] += times
            self.details.append(f"{what}: {about}")


class Checks:
    def __init__(self, campaign: Campaign, memory: FaultyMemory) -> None:
        self._campaign = campaign
        self._memory = memory
        self._month = self._used_this_month()

    def of(self, outcome: Outcome, reference: Mapping[str, Outputs] | None) -> Findings:
        found = Findings(len(outcome.ids), outcome.faults, outcome.seconds, Counter(), {})
        events: dict[str, Events] = {}
        for crew in outcome.crews:
            id = outcome.ids.get(crew.number)
            if id is None:
                found.note("lost", crew.number)
                continue
            events[id] = self._check(outcome, crew, id, found)
        found.note("once effects doubled", "", doubled(outcome.effects))
        left = self._campaign.open_workflows()
        found.note("rows of the queue left open", left, left)
        self._check_month(found)
        found.takeovers = sorted(takeovers(events, outcome.losses))
        if reference is not None:
            for name, outputs in found.outputs.items():
                if outputs != reference[name]:
                    found.note("other outputs", f"{name} {outputs} instead of {reference[name]}")
        return found

    def _check(self, outcome: Outcome, crew: Crew, id: str, found: Findings) -> Events:
        run = self._campaign.get(f"/executions/{id}")
        if "status" not in run:
            found.note("lost", f"{crew.number} {id}")
            return []
        tasks = self._campaign.get(f"/executions/{id}/tasks")["items"]
        events = self._events(id)
        name = f"crew {crew.number} {id}"
        if run["status"] not in ENDED:
            found.note("stuck", f"{name} {run['status']}")
        elif run["status"] != "COMPLETED" or any(one["status"] != "COMPLETED" for one in tasks):
            found.note("not completed", f"{name} {run['error']}")
        found.outputs[str(crew.number)] = {task["key"]: task["output"] for task in tasks}
        found.note("finished tasks run again", name, tasks_run_again(events))
        self._check_streams(outcome, crew, events, found)
        self._check_effects(outcome, crew, events, found)
        self._check_usage(crew, run, tasks, found)
        if crew.has_memory:
            self._check_memory(id, tasks, found)
        return events

    def _check_streams(self, outcome: Outcome, crew: Crew, events: Events, found: Findings) -> None:
        seqs = [event["seq"] for event in events]
        found.note("events with a gap or a repeat", crew.number, has_gap(seqs, len(seqs)))
        last = [event["type"] for event in events if event["type"] in _TERMINAL]
        found.note("events with a gap or a repeat", f"{crew.number} {last}", len(last) != 1)
        reader = outcome.readers.get(crew.number)
        if reader is not None:
            found.note(
                "streams with a gap or a repeat", crew.number, has_gap(reader.seqs, len(seqs))
            )

    def _check_effects(self, outcome: Outcome, crew: Crew, events: Events, found: Findings) -> None:
        missing = [effect for effect in crew.effects if effect not in outcome.effects]
        told = [
            event
            for event in events
            if event["type"] == "tool_failed"
            and event["data"]["error"]["code"] == "outcome-unknown"
        ]
        found.unknown_effects += len(missing)
        unsaid = max(0, len(missing) - len(told))
        found.note("once effects missing without a word", f"{crew.number} {missing}", unsaid)

    def _check_usage(
        self, crew: Crew, run: dict[str, Any], tasks: list[dict[str, Any]], found: Findings
    ) -> None:
        made = sum(run_of(request) == crew.number for request in self._campaign.model.chats)
        parts = [_counted(task["usage"]) for task in tasks]
        whole = _counted(run["usage"])
        sums = tuple(map(sum, zip(*parts, strict=True)))
        calls = whole[2]
        found.usage = [was + more for was, more in zip(found.usage, whole, strict=True)]
        is_right = (
            whole == tuple(calls * tokens for tokens in (*USAGE.values(), 1))
            and (sums == whole or (sums[2] < calls and (crew.has_memory or found.faults > 0)))
            and sums[2] >= crew.model_calls
            and all(part[2] > 0 for part in parts)
            and (found.faults > 0 or made == calls)
        )
        about = f"{crew.number} {whole}, {made} made, tasks {parts}"
        found.note("usage that does not add up", about, not is_right)
        found.note("model calls counted that were not made", about, max(0, calls - made))
        found.uncounted_calls += max(0, made - calls)

    def _check_month(self, found: Findings) -> None:
        before, self._month = self._month, self._used_this_month()
        used = tuple(now - then for now, then in zip(self._month, before, strict=True))
        is_off = used != tuple(found.usage)
        found.note("usage that does not add up", f"month {used}, runs {found.usage}", is_off)

    def _used_this_month(self) -> tuple[int, int, int]:
        return _counted(self._campaign.get("/limits")["used"])

    def _check_memory(self, id: str, tasks: list[dict[str, Any]], found: Findings) -> None:
        kept = Counter(self._memory.observations(id))
        saved = [(task["memory"] or {}).get("status") for task in tasks]
        is_off = len(kept) != TASKS or set(kept.values()) != {1} or set(saved) != {"saved"}
        what = "observations lost, doubled or of nobody"
        found.note(what, f"{id} {dict(kept)} {saved}", is_off)

    def _events(self, id: str) -> Events:
        found: Events = []
        after: int | None = 0
        while after is not None:
            page = self._campaign.get(f"/executions/{id}/events", after=after, limit=1000)
            found += page["items"]
            after = page["next_after"]
        return found


_TERMINAL = ("execution_completed", "execution_failed", "execution_cancelled")


def _counted(usage: Mapping[str, Any]) -> tuple[int, int, int]:
    return usage["prompt_tokens"], usage["completion_tokens"], usage["llm_calls"]
