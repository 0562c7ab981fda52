"""Documents that a group gives its crews to read. Their chunks stand in the `document` index."""

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from src.models.base import ID, Base, GroupOwned, group_is_named


class KnowledgeDocument(GroupOwned, Base):
    __tablename__ = "knowledge_documents"
    __table_args__ = (
        Index(None, "group_id", "id"),
        Index(None, "group_id", "crew_id"),
        group_is_named(),
    )

    crew_id: Mapped[str | None] = mapped_column(ID)
    """The saved crew that alone may read it; None for the whole group."""
    title: Mapped[str] = mapped_column(String(500))
    file_name: Mapped[str] = mapped_column(String(255))
    document_type: Mapped[str] = mapped_column(String(20))
    """txt, md, pdf, docx, html or csv."""
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    """queued, reading, ready or failed."""
    chunks: Mapped[int] = mapped_column(default=0)
    characters: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None] = mapped_column(String(80))
    error_message: Mapped[str | None] = mapped_column(String)
    backend_id: Mapped[str | None] = mapped_column(ID)
    """Where its chunks are; None is the built-in default."""
    job_id: Mapped[str | None] = mapped_column(ID)
    created_by: Mapped[str] = mapped_column(String(320))


class KnowledgeContent(Base):
    """The uploaded file, until its chunks are stored."""

    __tablename__ = "knowledge_contents"

    document_id: Mapped[str] = mapped_column(
        ForeignKey("knowledge_documents.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[str] = mapped_column(ID)
    content: Mapped[bytes] = mapped_column(LargeBinary)
