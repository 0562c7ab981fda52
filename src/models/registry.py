"""Imports every table once, so that migrations and tests see the whole schema."""

from src.models import (
    agent,
    api_key,
    crew,
    execution,
    group,
    job,
    knowledge,
    memory,
    model_config,
    output_schema,
    schedule,
    seed_mark,
    task,
    tool,
)
from src.models.base import Base

TABLE_MODULES = (
    agent,
    api_key,
    crew,
    execution,
    group,
    job,
    knowledge,
    memory,
    model_config,
    output_schema,
    schedule,
    seed_mark,
    task,
    tool,
)
metadata = Base.metadata
