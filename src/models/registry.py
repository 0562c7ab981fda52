"""Imports every table once, so that migrations and tests see the whole schema."""

from src.models import (
    agent,
    api_key,
    approval,
    batch,
    crew,
    execution,
    flow,
    group,
    job,
    knowledge,
    limit,
    memory,
    model_config,
    operations,
    output_schema,
    schedule,
    seed_mark,
    task,
    tool,
    trigger,
)
from src.models.base import Base

TABLE_MODULES = (
    agent,
    api_key,
    approval,
    batch,
    crew,
    execution,
    flow,
    group,
    job,
    knowledge,
    limit,
    memory,
    model_config,
    operations,
    output_schema,
    schedule,
    seed_mark,
    task,
    tool,
    trigger,
)
metadata = Base.metadata
