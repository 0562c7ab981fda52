"""What a run will probably take, judged by earlier runs of the same crew."""

from collections.abc import Sequence

from src.repositories.past_run import PastRun
from src.schemas.estimate import EstimateRead, Range

LOOK_AT = 200
"""Of the newest runs: crews, models and prices change."""


def estimate(runs: Sequence[PastRun]) -> EstimateRead:
    priced = [run.usd for run in runs if run.usd is not None]
    return EstimateRead(
        runs=len(runs),
        tokens=_range([run.tokens for run in runs]),
        usd=_range(priced) if len(priced) == len(runs) else None,
        seconds=_range([run.seconds for run in runs]),
    )


def _range(values: Sequence[float]) -> Range | None:
    if not values:
        return None
    ordered = sorted(values)
    return Range(p50=_quantile(ordered, 0.5), p90=_quantile(ordered, 0.9))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """A value that occurred (nearest rank): a cost between two runs' was never seen."""
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]
