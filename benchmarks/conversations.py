"""Conversations over months between two people, with questions about what they said: seeded, and free to pass on.

Made like those of the LoCoMo benchmark (Maharana et al., 2024), whose texts may not be redistributed: sessions
days or weeks apart, facts said once among much chatter, some of them changed later, questions that put them in
other words. Each question knows the turns that answer it. `python -m benchmarks.conversations` shows one.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from benchmarks.conversation_words import (
    AGO,
    CHAINED,
    CLOSINGS,
    HAPPENINGS,
    MOVED,
    NAMES,
    OPENED,
    OPENINGS,
    RELATIVE_NAMES,
    RELATIVES,
    SLOTS,
    SMALL_TALK,
    TOPICS,
    VENTURE_PLACES,
    VENTURES,
    Topic,
)

SESSIONS = 18
CHATTER = (12, 20)
"""Turns of a session beside those that hold facts: from, to."""
FACTS = 11
HAPPENED = 4
CHAINS = 4
ASKED_FIRST = 0.45
"""Share of facts that answer a question of the other, and say little by themselves."""
START = datetime(2025, 1, 6, 18, 0, tzinfo=UTC)


class Kind(StrEnum):
    SINGLE = "single fact"
    DETAIL = "detail"
    UPDATED = "updated fact"
    CHAINED = "two sessions"
    COMPARED = "both people"
    TEMPORAL = "temporal"


@dataclass(frozen=True)
class Turn:
    id: str
    session: int
    sequence: int
    """Within its session."""
    at: datetime
    speaker: str
    text: str


@dataclass(frozen=True)
class Question:
    kind: Kind
    text: str
    evidence: tuple[str, ...]
    """Ids of the turns that answer it together."""


@dataclass(frozen=True)
class Conversation:
    id: str
    people: tuple[str, str]
    turns: tuple[Turn, ...]
    questions: tuple[Question, ...]


@dataclass
class _Line:
    """A turn before it has its place."""

    speaker: str
    text: str


@dataclass
class _Draft:
    """What is said in each session: exchanges of one or two lines that stay together."""

    rng: random.Random
    people: tuple[str, str]
    sessions: list[list[list[_Line]]] = field(default_factory=lambda: [[] for _ in range(SESSIONS)])
    asked: list[tuple[Kind, str, tuple[_Line, ...]]] = field(default_factory=list)

    def other(self, name: str) -> str:
        return self.people[1] if name == self.people[0] else self.people[0]

    def say(self, session: int, *lines: _Line) -> _Line:
        self.sessions[session].append(list(lines))
        return lines[-1]

    def ask(self, kind: Kind, text: str, *evidence: _Line) -> None:
        self.asked.append((kind, text, evidence))


def conversations(count: int = 10, seed: int = 1) -> list[Conversation]:
    return [_conversation(number, random.Random(f"{seed} {number}")) for number in range(count)]


def _conversation(number: int, rng: random.Random) -> Conversation:
    one, other = rng.sample(NAMES, 2)
    draft = _Draft(rng, (one, other))
    known = {name: _facts(draft, name) for name in draft.people}
    _compare(draft, known)
    for name in draft.people:
        _happenings(draft, name)
    _chains(draft)
    _chatter(draft)
    return _placed(f"c{number}", draft)


def _facts(draft: _Draft, name: str) -> dict[Topic, _Line]:
    rng, known = draft.rng, {}
    for topic in rng.sample(TOPICS, FACTS):
        value, later = rng.sample(topic.values, 2)
        session = rng.randrange(SESSIONS - 6 if topic.changed else SESSIONS)
        first = _said(draft, session, name, topic, value)
        text = rng.choice(topic.detail_questions).format(name=name, v=value)
        draft.ask(Kind.DETAIL, text, first)
        for mention in topic.mentions:
            where = rng.randrange(SESSIONS)
            draft.say(where, _Line(rng.choice(draft.people), mention.format(v=value)))
        if topic.changed:
            _change(draft, name, topic, first, (value, later), session)
        else:
            known[topic] = first
            for question in rng.sample(topic.questions, 2):
                draft.ask(Kind.SINGLE, question.format(name=name), first)
    return known


def _change(
    draft: _Draft, name: str, topic: Topic, first: _Line, values: tuple[str, str], session: int
) -> None:
    """Some sessions later the value is another."""
    rng, (old, later) = draft.rng, values
    text = rng.choice(topic.changed).format(v=later, old=old)
    change = draft.say(rng.randrange(session + 3, SESSIONS), _Line(name, _in_passing(rng, text)))
    draft.ask(Kind.UPDATED, rng.choice(topic.now).format(name=name), change)
    draft.ask(Kind.UPDATED, rng.choice(topic.before).format(name=name), first, change)


def _said(draft: _Draft, session: int, name: str, topic: Topic, value: str) -> _Line:
    """The line that holds the fact."""
    rng, detail = draft.rng, draft.rng.choice(topic.details)
    if rng.random() < ASKED_FIRST:
        prompt = _Line(draft.other(name), rng.choice(topic.prompts))
        answer = rng.choice(topic.answers).format(v=value, w=detail)
        return draft.say(session, prompt, _Line(name, _capital(answer)))
    text = rng.choice(topic.said).format(v=value, w=detail)
    return draft.say(session, _Line(name, _in_passing(rng, text)))


def _compare(draft: _Draft, known: dict[str, dict[Topic, _Line]]) -> None:
    one, other = draft.people
    for topic in (topic for topic in known[one] if topic in known[other]):
        text = draft.rng.choice(topic.questions).format(name=one).rstrip("?") + f", and {other}?"
        draft.ask(Kind.COMPARED, text, known[one][topic], known[other][topic])


def _happenings(draft: _Draft, name: str) -> None:
    rng = draft.rng
    before: tuple[str, _Line] | None = None
    for happening in rng.sample(HAPPENINGS, HAPPENED):
        value = rng.choice(happening.values)
        text = rng.choice(happening.said).format(v=value, ago=rng.choice(AGO))
        line = draft.say(rng.randrange(SESSIONS), _Line(name, _in_passing(rng, text)))
        draft.ask(Kind.TEMPORAL, rng.choice(happening.when).format(name=name, v=value), line)
        named = happening.named.format(name=name, v=value)
        if before is not None:
            draft.ask(Kind.TEMPORAL, f"Which came first, {before[0]} or {named}?", before[1], line)
        before = None if before else (named, line)


def _chains(draft: _Draft) -> None:
    """Somebody moved in one session and opened something in a later one: where is it?"""
    rng = draft.rng
    others = rng.sample(RELATIVE_NAMES, CHAINS)
    for at, (other, relative) in enumerate(zip(others, rng.sample(RELATIVES, CHAINS), strict=True)):
        name = draft.people[at % 2]
        place, venture = rng.choice(VENTURE_PLACES), rng.choice(VENTURES)
        first, second = sorted(rng.sample(range(SESSIONS), 2))
        text = rng.choice(MOVED).format(relative=relative, other=other, v=place)
        moved = draft.say(first, _Line(name, _in_passing(rng, text)))
        text = rng.choice(OPENED).format(other=other, v=venture)
        opened = draft.say(second, _Line(name, _in_passing(rng, text)))
        short = venture.replace("a ", "the ", 1)
        for question in rng.sample(CHAINED, 2):
            draft.ask(
                Kind.CHAINED,
                question.format(name=name, relative=relative, w_short=short),
                *(moved, opened),
            )


def _chatter(draft: _Draft) -> None:
    rng = draft.rng
    for session in draft.sessions:
        for _ in range(rng.randint(*CHATTER)):
            text = rng.choice(rng.choice(TOPICS).chatter)
            if rng.random() < 0.65:
                text = _small_talk(rng)
            session.append([_Line(rng.choice(draft.people), text)])
        rng.shuffle(session)


def _small_talk(rng: random.Random) -> str:
    words = {slot: rng.choice(choices) for slot, choices in SLOTS.items()}
    return rng.choice(SMALL_TALK).format(relative=rng.choice(RELATIVES), **words)


def _in_passing(rng: random.Random, text: str) -> str:
    """A fact among other words, as people say it."""
    before = _small_talk(rng) if rng.random() < 0.35 else ""
    return " ".join(
        part for part in (before, rng.choice(OPENINGS), f"{text}.", rng.choice(CLOSINGS)) if part
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _placed(id: str, draft: _Draft) -> Conversation:
    turns: list[Turn] = []
    places: dict[int, str] = {}
    at = START
    for number, session in enumerate(draft.sessions):
        lines = [line for exchange in session for line in exchange]
        for sequence, line in enumerate(lines):
            moment = at + timedelta(minutes=2 * sequence)
            turn = Turn(
                f"{id}-s{number:02}-t{sequence:02}",
                number,
                sequence,
                moment,
                line.speaker,
                line.text,
            )
            places[id_of(line)] = turn.id
            turns.append(turn)
        at += timedelta(days=draft.rng.randint(3, 16), hours=draft.rng.randint(0, 4))
    questions = tuple(
        Question(kind, text, tuple(places[id_of(line)] for line in evidence))
        for kind, text, evidence in draft.asked
    )
    return Conversation(id, draft.people, tuple(turns), questions)


def id_of(line: _Line) -> int:
    """Two people may say the same: lines are told apart as objects."""
    return id(line)


def main() -> None:
    made = conversations()
    shown = made[0]
    for turn in shown.turns:
        print(f"{turn.id} {turn.at:%Y-%m-%d} {turn.speaker}: {turn.text}")
    for question in shown.questions:
        print(f"{question.kind}: {question.text}  {', '.join(question.evidence)}")
    print(_counts(made))


def _counts(made: Sequence[Conversation]) -> str:
    turns = [turn for one in made for turn in one.turns]
    questions = [question for one in made for question in one.questions]
    words = {word.strip(".,?!:'").lower() for turn in turns for word in turn.text.split()}
    kinds = ", ".join(f"{sum(one.kind is kind for one in questions)} {kind}" for kind in Kind)
    return (
        f"{len(made)} conversations, {len(turns)} turns, {len(words)} different words, "
        f"{len(questions)} questions: {kinds}"
    )


if __name__ == "__main__":
    main()
