"""Import it before crewai: crewai writes files and calls home while it is imported."""

import tempfile
from pathlib import Path

from src.engines.crewai.quiet import quiet

DATA_DIR = tempfile.TemporaryDirectory(prefix="kasal-crewai-")
quiet(Path(DATA_DIR.name))
