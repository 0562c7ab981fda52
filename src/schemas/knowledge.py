from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from src.core.text import clean_text
from src.schemas.common import ErrorRead, OwnedRead, RowId
from src.schemas.strict import Strict

Title = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, strip_whitespace=True),
    AfterValidator(clean_text),
]


class DocumentUpload(Strict):
    """The fields beside the file, which is `file`."""

    title: Title | None = Field(None, description="the file's name when left out")
    crew_id: RowId | None = Field(
        None, description="the saved crew that alone may read it; left out, the whole group"
    )


class KnowledgeDocumentRead(OwnedRead):
    """A file that crews may look things up in, once it is `ready`."""

    crew_id: str | None
    title: str
    file_name: str
    document_type: Literal["txt", "md", "pdf", "docx", "html", "csv"]
    size_bytes: int
    sha256: str
    status: Literal["queued", "reading", "ready", "failed"]
    chunks: int
    """Pieces that a search finds."""
    characters: int
    error: ErrorRead | None
    backend_id: str | None
    """The memory backend its pieces are in; none for the built-in one."""
    job_id: str | None
    """GET /jobs/{id} says how far it is."""
    created_by: str


class KnowledgeSearch(Strict):
    query: Annotated[
        str, StringConstraints(min_length=1, max_length=4_000), AfterValidator(clean_text)
    ]
    limit: int = Field(10, ge=1, le=50)
    crew_id: RowId | None = Field(None, description="also documents of this saved crew")


class KnowledgeHit(BaseModel):
    rank: int
    score: float
    """In [0, 1] within one answer; larger is better."""
    document_id: str
    chunk_index: int
    title: str
    section: str
    text: str


class KnowledgeFound(BaseModel):
    items: list[KnowledgeHit]
    backend: str
    latency_ms: float
