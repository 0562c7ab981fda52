"""Who does which kind of background job: one line for each."""

from src.bootstrap import Container
from src.services.job_handler import JobHandler, JobKind


def job_handlers(container: Container) -> dict[JobKind, JobHandler]:
    return {}
