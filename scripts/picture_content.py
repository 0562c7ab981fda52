"""What the pictures of the documentation show: made through the API, so that it is real, and always under the same names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.processes import Installation, wait_until

READY_S = 120.0
HANDBOOK = """# Returns handbook

## Who may return what
A customer may return an unused item within 30 days. Helmets are the exception: they come back only
while the seal on the box is whole, because nobody can see a hairline crack.

## What a return costs us
A return of a bicycle costs 38 euros on average: 21 for the carrier, 12 for the check and 5 for the box.
A return of an accessory costs 6 euros. Above 4 % returns a product is looked at by the buyers.

## Who decides
The shop decides up to 200 euros. Above that the head of service does, on the same day. Nobody waits for a
decision longer than until the evening: whoever opened the case calls the customer, even without a result.

## How a bicycle comes back
The customer books the carrier on our pages and gets a label for the box. The box is the one it came in, or one
that the carrier brings for 9 euros. Batteries travel alone, in the yellow case, and never by air. A bicycle
that arrives without its battery is checked all the same, and its owner is called.

## What we look at
The check takes half an hour: frame, fork, brakes, wheels, battery. Photographs are kept for two years. What is
broken by use is repaired at the owner's cost, what was broken on the way is the carrier's, and what was never
right is ours. The mechanic writes one sentence on why, because the buyers read it at the end of the month.

## Reasons we have seen
Too large or too small is half of all returns, and most of these had skipped the fitting page. One in six was
late. One in ten had a second offer elsewhere. Faults are fewer than people think: one in twenty.
"""


@dataclass(frozen=True)
class Content:
    """Ids by what they are called on the pictures."""

    crews: Mapping[str, str]
    runs: Mapping[str, str]


def make_content(kasal: Installation) -> Content:
    """Three own crews beside the examples; runs that ended well, badly, and not yet; what surrounds them."""
    crews = {one["name"]: one["id"] for one in _get(kasal, "/crews")["items"]}
    crews |= {name: _save_crew(kasal, name, about, crew) for name, about, crew in _crews()}
    _change_supplier_watch(kasal, crews["Supplier watch"])
    runs = _make_runs(kasal, crews)
    # After the runs, which would look things up in it.
    _upload_handbook(kasal)
    _make_surroundings(kasal, crews)
    return Content(crews, runs)


def _make_runs(kasal: Installation, crews: Mapping[str, str]) -> dict[str, str]:
    brief = {"crew_id": crews["Market brief"], "model": "demo/demo"}
    europe = {"market": "e-bikes in Europe", "sales_last_year": 1250, "sales_this_year": 1480}
    # One after the other: each recalls what those before it found out.
    first = _ended(kasal, {**brief, "inputs": europe})
    spain = {"market": "e-bikes in Spain", "sales_last_year": 96, "sales_this_year": 118}
    second = _ended(kasal, {**brief, "inputs": {**europe, **spain}})
    sales = {"sales": "region,product,amount\nNorth,Helmet,1200\nSouth,Helmet,950\nWest,Light,610"}
    _ended(kasal, {"crew_id": crews["Sales review"], "inputs": sales, "model": "demo/demo"})
    failed = _ended(
        kasal,
        {
            **brief,
            "inputs": europe,
            "run_name": "Brief on a budget",
            "budget": {"max_tokens": 1000},
        },
        "FAILED",
    )
    watch = {"crew_id": crews["Supplier watch"], "model": "demo/demo"}
    asking = [
        _ended(kasal, {**watch, "inputs": {"supplier": name}}, "WAITING_FOR_APPROVAL")
        for name in ("Norwind Frames", "Alpha Cells")
    ]
    return {"first": first, "second": second, "failed": failed, "asking": asking[0]}


def _ended(kasal: Installation, body: dict[str, Any], status: str = "COMPLETED") -> str:
    id = kasal.start(body)
    run = kasal.wait_for_status(id, "COMPLETED", "FAILED", "WAITING_FOR_APPROVAL")
    if run["status"] != status:
        raise SystemExit(f"expected a run that is {status}, got {run['status']}: {run['error']}")
    return id


def _crews() -> list[tuple[str, str, dict[str, Any]]]:
    watch = {
        "process": "sequential",
        "memory": True,
        "agents_yaml": {
            "buyer": {
                "role": "Buyer",
                "goal": "Know how reliable {supplier} is before we order again",
                "backstory": "Has bought frames and cells for twelve years",
                "tools": ["current_time"],
            },
            "editor": {
                "role": "Editor",
                "goal": "Say in one page what to do about {supplier}",
                "backstory": "Cuts every sentence that decides nothing",
            },
        },
        "tasks_yaml": {
            "collect": {
                "name": "Collect the signs",
                "description": "List what is known of late deliveries and quality of {supplier}",
                "expected_output": "A list of signs, each with its source",
                "agent": "buyer",
            },
            "judge": {
                "name": "Judge the risk",
                "description": "Weigh the signs and name the risk of ordering from {supplier} again",
                "expected_output": "A risk from low to high, with its reason",
                "agent": "buyer",
                "context": ["collect"],
                "human_input": True,
            },
            "letter": {
                "name": "Write the letter",
                "description": "Write to {supplier} what we expect of the next delivery",
                "expected_output": "A letter of half a page",
                "agent": "editor",
                "context": ["judge"],
            },
        },
    }
    returns = _one_agent(
        "Service analyst",
        {
            "reasons": "Group the returns of {month} by reason, and name the three most frequent",
            "advice": "Say for each reason what would have prevented the return",
        },
    )
    release = _one_agent(
        "Release editor",
        {
            "sort": "Sort the changes of {version} into new, better and mended",
            "notes": "Write the notes of {version} for the people who use it",
        },
    )
    return [
        (
            "Release notes",
            "Sorts what was changed and writes notes that a reader understands.",
            release,
        ),
        ("Returns of the month", "Why things came back, and what would have kept them.", returns),
        (
            "Supplier watch",
            "Collects what is known of a supplier, has a person check the judgement, and writes the letter.",
            watch,
        ),
    ]


def _one_agent(role: str, tasks: Mapping[str, str]) -> dict[str, Any]:
    return {
        "process": "sequential",
        "memory": True,
        "agents_yaml": {"agent": {"role": role, "goal": "Be short and right"}},
        "tasks_yaml": {
            key: {"description": text, "expected_output": "A short list", "agent": "agent"}
            for key, text in tasks.items()
        },
    }


def _save_crew(kasal: Installation, name: str, about: str, definition: dict[str, Any]) -> str:
    body = {"name": name, "description": about, "definition": definition, "note": "First drawing"}
    return str(_send(kasal, "POST", "/crews", body)["id"])


def _change_supplier_watch(kasal: Installation, id: str) -> None:
    """A second version, so that there are two to compare."""
    definition = _get(kasal, f"/crews/{id}")["definition"]
    tasks = definition["tasks_yaml"]
    tasks["collect"][
        "description"
    ] = "List what is known of late deliveries, quality and prices of {supplier} in the last year"
    definition["agents_yaml"]["buyer"]["tools"] = ["current_time", "calculator"]
    change = {"definition": definition, "note": "Prices count too"}
    _send(kasal, "PATCH", f"/crews/{id}", change)


def _upload_handbook(kasal: Installation) -> None:
    file = {"file": ("Returns handbook.md", HANDBOOK.encode(), "text/markdown")}
    answer = kasal.http.post("/api/v1/knowledge/documents", files=file)
    document = answer.raise_for_status().json()["id"]
    wait_until(
        lambda: _get(kasal, f"/knowledge/documents/{document}")["status"] == "ready",
        READY_S,
        "the handbook is read",
    )


def _make_surroundings(kasal: Installation, crews: Mapping[str, str]) -> None:
    zone = "Europe/Berlin"
    watch, returns = crews["Supplier watch"], crews["Returns of the month"]
    supplier = {"inputs": {"supplier": "Norwind Frames"}}
    for name, crew, cron, request in [
        ("Suppliers on Monday", watch, "0 7 * * MON", supplier),
        ("Returns of last month", returns, "30 6 1 * *", {"inputs": {"month": "last month"}}),
    ]:
        body = {"name": name, "crew_id": crew, "cron": cron, "timezone": zone, "request": request}
        _send(kasal, "POST", "/schedules", body)
    stopped = _send(
        kasal,
        "POST",
        "/schedules",
        {
            "name": "Suppliers every evening",
            "crew_id": watch,
            "cron": "0 18 * * MON-FRI",
            "timezone": zone,
            "request": supplier,
        },
    )
    _send(kasal, "POST", f"/schedules/{stopped['id']}/pause", {})
    trigger = {
        "name": "A delivery came late",
        "crew_id": watch,
        "mapping": {"supplier": "order.supplier"},
    }
    _send(kasal, "POST", "/triggers", trigger)


def _get(kasal: Installation, path: str) -> dict[str, Any]:
    found: dict[str, Any] = kasal.http.get(f"/api/v1{path}").raise_for_status().json()
    return found


def _send(kasal: Installation, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = kasal.http.request(method, f"/api/v1{path}", json=body)
    made: dict[str, Any] = answer.raise_for_status().json()
    return made
