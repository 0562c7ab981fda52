"""The embedder that needs nobody: WordLlama's trained word vectors, which come inside its package.

Only its two files are read. Importing the package itself would set up logging for the whole process, load
four compiled modules and pad every batch to its longest text; what is computed is the same.
"""

import asyncio
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from src.core.errors import NotConfigured
from src.memory.embedders.base import Purpose, Vector
from src.memory.embedders.texts import check_texts, unit_norm
from src.memory.plan import EmbedderPlan

WORDLLAMA = "wordllama-256"
_DIMENSION = 256
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_THREADS = 2
_Matrix = np.ndarray[tuple[int, int], np.dtype[np.float16]]


class LocalEmbedder:
    """For any number of loops; texts of any length. Loads its 16 MB on first use."""

    def __init__(self, plan: EmbedderPlan) -> None:
        if (plan.model, plan.dimension) != (WORDLLAMA, _DIMENSION):
            raise NotConfigured(
                f"the local embedder is {WORDLLAMA} with {_DIMENSION} dimensions, got {plan.model} with "
                f"{plan.dimension}"
            )
        self.plan = plan

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        check_texts(texts)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_threads(), _embed, tuple(texts))


def _embed(texts: Sequence[str]) -> list[Vector]:
    words = _words()
    return [words.vector(text) for text in texts]


class _Words:
    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_str(_without_limits(folder / _TOKENIZER))
        self._matrix: _Matrix = load_file(folder / _WEIGHTS)["embedding.weight"]

    def vector(self, text: str) -> Vector:
        """The mean of the vectors of its tokens, with unit norm."""
        tokens = self._tokenizer.encode(text, add_special_tokens=False).ids
        # Each token once with its number: a whole book takes no more memory than the vocabulary.
        ids, counts = np.unique(np.asarray(tokens, dtype=np.int64), return_counts=True)
        total = counts.astype(np.float32) @ self._matrix[ids].astype(np.float32)
        return unit_norm(WORDLLAMA, _DIMENSION, total.tolist())


def _without_limits(path: Path) -> str:
    settings = json.loads(path.read_text())
    return json.dumps({**settings, "padding": None, "truncation": None})


@cache
def _words() -> _Words:
    found = find_spec("wordllama")
    if found is None or found.origin is None:
        raise NotConfigured(
            "the local embedder needs the package wordllama; install the requirements"
        )
    return _Words(Path(found.origin).parent)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="embedding")
