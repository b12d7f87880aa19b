"""Which files are meant, and which source they are exports of."""

import glob
import re
from pathlib import Path

from knowledge.errors import UnreadableFile
from knowledge.readers.dates import MONTHS

KINDS = frozenset({".csv", ".tsv", ".tab", ".psv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet"})
KINDS |= {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
REJECTED = ".rejected.csv"
_COUNTED = re.compile(r"^(?:v?\d+|[qhwk]\d{1,2}|kw\d{1,2}|\d{1,4}q\d|fy\d{2,4}|\d{4}w\d{1,2}|\d+[tz][\dz]*)$")
_FILLER = frozenset({"copy", "final", "new", "latest", "kopie"})


def find_files(pattern: str) -> list[Path]:
    """Return the files that a name, a folder or a glob means, sorted; `-` is standard input.

    Of a folder, the files of kinds that we read (not those of its sub-folders: write `folder/**/*.csv` for them).
    Files of rejected rows are left out. Raises UnreadableFile where nothing is found.
    """
    path = Path(pattern)
    if pattern == "-" or path.is_file():
        return [path]
    if path.is_dir():
        found = [file for file in path.iterdir() if _suffix(file) in KINDS]
    else:
        found = [Path(name) for name in glob.glob(pattern, recursive=True)]
    files = sorted(f for f in found if f.is_file() and not f.name.startswith(".") and not f.name.endswith(REJECTED))
    if not files:
        what = "holds no file that we can read" if path.is_dir() else "does not match any file"
        raise UnreadableFile(f"{pattern} {what}; we read {', '.join(sorted(KINDS))}, each also with .gz")
    return files


def source_name(path: str | Path) -> str:
    """Return the name of the system that a file is an export of: its stem without dates, numbers and months.

    Where nothing else is in the name, it is that of the folder, if one was named.

    >>> source_name("zendesk_2026-03-01.csv.gz"), source_name("NPS survey Q3 2026 (2).xlsx")
    ('zendesk', 'nps-survey')
    >>> source_name("feedback-channel/2026-03-01.json"), source_name("2026-03-01.json")
    ('feedback-channel', '2026-03-01')
    """
    if str(path) == "-":
        return "stdin"
    name = Path(path).name
    while Path(name).suffix.lower() in {*KINDS, ".gz"}:
        name = Path(name).stem
    words = [word for word in re.split(r"[\W_]+", name.lower()) if word]
    kept = words.copy()
    while len(kept) > 1 and (_COUNTED.match(kept[-1]) or kept[-1] in MONTHS or kept[-1] in _FILLER):
        kept.pop()
    if kept and not _COUNTED.match(kept[0]):
        return "-".join(kept)
    folder = Path(path).parent.name
    return (source_name(folder) if folder else "-".join(words)) or "file"


def _suffix(file: Path) -> str:
    return Path(file.name.lower().removesuffix(".gz")).suffix
