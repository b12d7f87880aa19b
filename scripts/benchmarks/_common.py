"""What the benchmarks share: tables, quantiles, peak memory, a file's column."""

import resource
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table: the first column left, the others right."""
    texts = [[_text(value) for value in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(header, *texts, strict=True)]
    for line in ([*header], *texts):
        first, *others = zip(line, widths, strict=True)
        print("  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]))


def quantiles_ms(seconds: Sequence[float]) -> tuple[float, float]:
    """Return median and 95th percentile in milliseconds."""
    return tuple(round(float(v) * 1000, 1) for v in np.quantile(seconds, [0.5, 0.95]))  # type: ignore[return-value]


def peak_memory_mb() -> float:
    """Return this process's largest resident size so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 if sys.platform != "darwin" else 1024**2), 1)


def column(path: str | Path, name: str) -> list[str]:
    """Return one column of any table that we can read; stop with what there is where it has no such column."""
    from knowledge.readers.tables import open_table

    table = open_table(path)
    if name not in table.header:
        raise SystemExit(f"{path} has no column {name!r}; it has: {', '.join(table.header)}")
    place = table.header.index(name)
    return [row.cells[place] for row in table.rows() if not row.problem]


def _text(value: object) -> str:
    return f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
