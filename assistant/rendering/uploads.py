"""Uploads: what is recognised in a file that somebody drops, and what became of it, as nouns."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """What a file seems to hold: (column, what it becomes, a masked example) of each column, and remarks."""

    name: str
    rows: int
    columns: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What became of a file. `rejected` are (line, why) of the first rejected rows, `rejects` the file of them all."""

    name: str
    read: int
    added: int
    changed: int
    unchanged: int
    kept_out: int
    rejected_rows: int
    rejected: tuple[tuple[int, str], ...]
    rejects: bytes | None
    total: int
    themes: int
    notes: tuple[str, ...]
