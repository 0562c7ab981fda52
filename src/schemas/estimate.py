from pydantic import BaseModel, Field


class Range(BaseModel):
    p50: float
    p90: float


class EstimateRead(BaseModel):
    """Null where no earlier run tells."""

    runs: int = Field(description="completed runs of the same crew that this is judged by")
    tokens: Range | None
    usd: Range | None = Field(description="null, too, when the price of some run is not known")
    seconds: Range | None = Field(
        description="from the start to the end, without waiting in the queue"
    )
