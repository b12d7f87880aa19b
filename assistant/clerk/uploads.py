"""Files that somebody drops: what is recognised in one, and bringing it in."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from assistant.clerk import Clerk, map_in_force
from assistant.rendering.uploads import Brought, Recognised
from knowledge.errors import JourneyError, UnreadableFile
from knowledge.privacy import load_or_create_key, mask
from knowledge.progress import Progress, silent
from knowledge.readers.feedback import FeedbackFile, open_feedback, source_name
from knowledge.readers.files import KINDS

SIZE_MAX = 50 << 20
"""Bytes of a file that is taken from Slack; larger ones belong to the command line."""
REJECTED_SHOWN = 5
BY_NAME = " Call the column that holds their words “text”, and drop the file again."


def readable(name: str) -> bool:
    """Tell by its name whether a file is of a kind that we read."""
    return Path(name.lower().removesuffix(".gz")).suffix in KINDS


def suffix(name: str) -> str:
    """Return the extension by which a file is read, and nothing else of its name."""
    packed = ".gz" if name.lower().endswith(".gz") else ""
    return Path(name.lower().removesuffix(".gz")).suffix + packed


def kinds() -> str:
    """Return the kinds of files that we read, in words."""
    return "CSV, TSV, Excel, JSON, JSON Lines and Parquet, each also as .gz"


def recognise(path: Path, name: str) -> Recognised:
    """Look at a file; raises UnreadableFile, MissingColumn or InputError with what is wrong."""
    file = _open(path, name)
    columns = tuple((column, becomes, mask(example)) for column, becomes, example in file.plan.explain())
    return Recognised(name=name, rows=file.total, columns=columns, notes=tuple(map(mask, file.plan.notes)))


def bring_in(clerk: Clerk, path: Path, name: str, *, actor: str, at: datetime, progress: Progress = silent) -> Brought:
    """Import a file and draw the conclusions; importing it again adds nothing."""
    from knowledge.pipeline import derive, import_feedback

    # Named by its path, so that rejected rows are written beside it and not where the process runs.
    file = replace(_open(path, name), name=str(path))
    with clerk.writing, clerk.open() as store:
        key = load_or_create_key(clerk.key)
        done = import_feedback(store, file, key, unmasked=clerk.unmasked, progress=progress)
        derived = derive(store, clerk.embedder, map_in_force(store), at=at, progress=progress)
        store.audit.record(
            "import",
            {"file": mask(name), "read": done.read, "added": done.added, "rejected": len(done.rejected)},
            at=at,
            actor=actor,
        )
        total, themes = store.feedback.count(), len(store.themes.all())
    rejects = path.with_name(path.name + ".rejected.csv")
    return Brought(
        name=name,
        read=done.read,
        added=done.added,
        changed=done.changed,
        unchanged=done.unchanged,
        kept_out=done.kept_out,
        rejected_rows=len(done.rejected),
        rejected=tuple((row.line, mask(row.reason)) for row in done.rejected[:REJECTED_SHOWN]),
        rejects=rejects.read_bytes() if done.rejected and rejects.exists() else None,
        total=total,
        themes=themes,
        notes=derived.notes,
    )


def _open(path: Path, name: str) -> FeedbackFile:
    try:
        return open_feedback(path, source=source_name(name))
    except JourneyError as error:
        # What a person at a terminal would type helps nobody in a chat.
        said, typed, _ = str(error).replace(str(path), name).replace(path.name, name).partition(" Name the right one")
        raise UnreadableFile(said + (BY_NAME if typed else "")) from error
