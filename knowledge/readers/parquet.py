"""Parquet as rows, streamed through DuckDB; every value becomes text, times with a zone in UTC."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from knowledge.errors import UnreadableFile
from knowledge.readers.rows import Row
from knowledge.readers.sources import Source

BATCH = 2_000


def columns(source: Source) -> tuple[str, ...]:
    """Return the names of the columns."""
    with _opened(source) as (connection, path):
        return tuple(name for name, *_ in _described(connection, path))


def rows(source: Source) -> Iterator[Row]:
    """Yield the rows in the file's order; `Row.line` is the number of the record."""
    with _opened(source) as (connection, path):
        wanted = ", ".join(_as_text(name, kind) for name, kind, *_ in _described(connection, path))
        found = connection.execute(f"SELECT {wanted} FROM read_parquet(?)", [path])
        number = 0
        while batch := found.fetchmany(BATCH):
            for cells in batch:
                number += 1
                yield Row(number, ["" if cell is None else cell for cell in cells])


@contextmanager
def _opened(source: Source) -> Iterator[tuple[Any, str]]:
    """Open a connection that needs no network and little memory; bytes without a file get one for as long."""
    import duckdb

    offline = {"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 1}
    try:
        with tempfile.TemporaryDirectory() as folder, duckdb.connect(config=offline) as connection:
            path = source.path or Path(folder) / "table.parquet"
            if source.path is None:
                with source.open() as packed, path.open("wb") as plain:
                    shutil.copyfileobj(packed, plain)
            yield connection, str(path)
    except duckdb.Error as error:
        raise UnreadableFile(f"{source.name} is not a Parquet file that we can read: {error}") from error


def _described(connection: Any, path: str) -> list[tuple[str, str]]:  # noqa: ANN401 - duckdb is imported late
    found: list[tuple[str, str]] = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
    return found


def _as_text(name: str, kind: str) -> str:
    column = '"' + name.replace('"', '""') + '"'
    if kind == "TIMESTAMP WITH TIME ZONE":  # a plain cast would need the time zone extension
        return f"CAST(make_timestamp(epoch_us({column})) AS VARCHAR) || 'Z'"
    if kind in ("DOUBLE", "FLOAT"):  # whole numbers that a missing value turned into floats: ids, ratings
        return f"regexp_replace(CAST({column} AS VARCHAR), '\\.0$', '')"
    return f"CAST({column} AS VARCHAR)"
