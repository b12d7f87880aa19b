"""Event logs: CSV or Parquet -> cases with their visits of stages, by DuckDB, which sorts what memory does not hold.

Rows are read once. Case ids become keyed hashes here. What memory does not hold while it is being sorted lies, as open
as the file that it came from, in a folder that only the owner may read and that is gone when the reading ends.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import InputError, MissingColumn, UnreadableFile
from knowledge.events import Case, EventStage
from knowledge.privacy import mask, pseudonym
from knowledge.progress import Progress, silent

MEMORY = "512MB"
"""What DuckDB may hold in memory; the rest it sorts on disk."""

MOST_VALUES = 200
"""A segment with more values than this is no group to compare by."""

_FETCH = 50_000
_NAMES = {
    "case": ("case", "case_id", "caseid", "case id", "case:concept:name", "customer", "customer_id", "order_id",
             "user_id"),
    "activity": ("activity", "concept:name", "event", "event_name", "action", "step", "activity_name"),
    "time": ("timestamp", "time", "time:timestamp", "date", "datetime", "at", "event_time", "created_at", "start"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class EventColumns:
    """Which columns hold what; None: guess by the name. `customer`: whose case it is, if not the case's."""

    case: str | None = None
    activity: str | None = None
    time: str | None = None
    customer: str | None = None
    segments: tuple[str, ...] = ()
    time_format: str | None = None


@dataclass(frozen=True, kw_only=True)
class EventRejects:
    """Rows that were left out: how many, and for the first of them (row of the data, reason)."""

    count: int
    examples: tuple[tuple[int, str], ...]


class EventFile:
    """Rows of a log, read and ready to be put into stages."""

    def __init__(self, connection: Any, columns: EventColumns) -> None:  # noqa: ANN401 - duckdb is imported late
        self._db = connection
        self.columns = columns

    @property
    def total(self) -> int:
        """How many rows the files hold."""
        return int(self._db.execute("SELECT count(*) FROM raw").fetchone()[0])

    def activities(self) -> dict[str, int]:
        """Return the activities with how many usable events each has, most frequent first."""
        usable = "c IS NOT NULL AND activity IS NOT NULL AND ms IS NOT NULL"
        sql = f"SELECT activity, count(*) FROM raw WHERE {usable} GROUP BY 1 ORDER BY 2 DESC, 1"
        return dict(self._db.execute(sql).fetchall())

    def rejects(self) -> EventRejects:
        """Return what cannot be used: rows without a case, an activity or a time that we can read."""
        bad = "c IS NULL OR activity IS NULL OR ms IS NULL"
        count = self._db.execute(f"SELECT count(*) FROM raw WHERE {bad}").fetchone()[0]
        sql = f"""SELECT r, CASE WHEN c IS NULL THEN 'no case' WHEN activity IS NULL THEN 'no activity'
            WHEN written IS NULL THEN 'no time' ELSE 'a time that we cannot read: ' || left(written, 40) END
            FROM raw WHERE {bad} ORDER BY r LIMIT 5"""
        examples = tuple((row, mask(reason)) for row, reason in self._db.execute(sql).fetchall())
        return EventRejects(count=count, examples=examples)

    def cases(self, stage_of: Mapping[str, int], key: bytes, progress: Progress = silent) -> Iterator[Case]:
        """Yield the cases with their visits in the order of time (rows at the same time: of the file).

        `stage_of` says which activity belongs to which stage; events of others are passed over.
        """
        self._db.execute("CREATE OR REPLACE TEMP TABLE stages (activity VARCHAR, stage INTEGER)")
        self._db.executemany("INSERT INTO stages VALUES (?, ?)", [list(pair) for pair in stage_of.items()])
        kept = "".join(f", s{i}" for i in range(len(self.columns.segments)))
        # The order of cases is by hash, so that the order of rows tells nothing about ids.
        found = self._db.execute(
            f"""SELECT c, stage, ms, day, until, customer{kept} FROM (
                SELECT *, lag(stage) OVER (PARTITION BY c ORDER BY ms, r) AS before FROM raw
                JOIN stages USING (activity) JOIN (SELECT c, max(ms) AS until FROM raw GROUP BY c) USING (c)
                WHERE ms IS NOT NULL
            ) WHERE before IS DISTINCT FROM stage ORDER BY md5_number_lower(c), c, ms, r"""
        )
        masked = _Masked()
        rows: list[tuple[Any, ...]] = []
        done = 0
        while batch := found.fetchmany(_FETCH):
            for row in batch:
                if rows and rows[-1][0] != row[0]:
                    yield self._case(rows, key, masked)
                    rows = []
                rows.append(row)
            done += len(batch)
            progress("Visits", done, done)
        if rows:
            yield self._case(rows, key, masked)

    def _case(self, rows: Sequence[tuple[Any, ...]], key: bytes, masked: "_Masked") -> Case:
        first = rows[0]
        whose = first[5] if first[5] is not None else first[0]
        values = zip(self.columns.segments, first[6:], strict=True)
        return Case(
            customer=pseudonym(whose, key), day=first[3], until=first[4],
            visits=tuple((stage, at) for _, stage, at, *_ in rows),
            segments={name: masked(value) for name, value in values if value},
        )  # fmt: skip


class _Masked(dict[str, str]):
    """Masks a value once: few values stand in many rows."""

    def __call__(self, value: str) -> str:
        if value not in self:
            self[value] = mask(value)
        return self[value]


@contextmanager
def open_events(paths: Sequence[Path], columns: EventColumns, *, memory: str = MEMORY) -> Iterator[EventFile]:
    """Read the files of one log, for as long as the context lasts.

    Raises UnreadableFile where a file is no table, MissingColumn where a column is not there, InputError where a
    segment has too many values or no time can be read.
    """
    import duckdb

    for path in paths:
        if not path.is_file():
            raise UnreadableFile(f"There is no file {path}.")
    with tempfile.TemporaryDirectory(prefix="journey-events-") as folder:
        offline = {"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 2,
                   "memory_limit": memory, "temp_directory": folder}  # fmt: skip
        try:
            with duckdb.connect(config=offline) as connection:
                source = _source(paths)
                known = [name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
                chosen = _chosen(columns, known, paths[0].name)
                connection.execute(_load(source, chosen))
                _check(connection, chosen, paths[0].name)
                yield EventFile(connection, chosen)
        except duckdb.Error as error:
            text = str(error).splitlines()[0]
            raise UnreadableFile(f"{paths[0].name} cannot be read as an event log: {mask(text)}") from error


def _source(paths: Sequence[Path]) -> str:
    """Return the files as a table function."""
    listed = ", ".join(_quoted(str(path), "'") for path in paths)
    if all(path.name.lower().endswith((".parquet", ".pq")) for path in paths):
        return f"read_parquet([{listed}])"
    return f"read_csv([{listed}], all_varchar = true, header = true)"


def _chosen(columns: EventColumns, known: Sequence[str], file: str) -> EventColumns:
    """Return the columns by their very names: those that were named, else those that have a usual name."""
    exact = {name.lower(): name for name in known}
    found: dict[str, str] = {}
    for field, usual in _NAMES.items():
        named = getattr(columns, field)
        name = exact.get(named.lower()) if named else next((exact[n] for n in usual if n in exact), None)
        if name is None:
            asked = f"no column {named!r}" if named else f"no column that looks like the {field}"
            raise MissingColumn(f"{file} has {asked}; name one with --{field}. It has: {', '.join(known)}.")
        found[field] = name
    for name in (columns.customer, *columns.segments):
        if name and name.lower() not in exact:
            raise MissingColumn(f"{file} has no column {name!r}. It has: {', '.join(known)}.")
    whose = exact[columns.customer.lower()] if columns.customer else None
    segments = tuple(exact[name.lower()] for name in columns.segments)
    return EventColumns(**found, time_format=columns.time_format, customer=whose, segments=segments)


def _load(source: str, columns: EventColumns) -> str:
    """Return the statement that reads the rows: `at` in ms of UTC, `day` in the clock of the source."""
    written = _text(columns.time)
    if columns.time_format:
        moment = local = f"try_strptime(written, {_quoted(columns.time_format, chr(39))})"
    else:
        # 10 digits are seconds, 13 are milliseconds since 1970; all else is ISO 8601.
        number = "TRY_CAST(written AS DOUBLE)"
        epoch = f"make_timestamp(CAST({number} * CASE WHEN {number} < 1e11 THEN 1e6 ELSE 1e3 END AS BIGINT))"
        plausible = f"{number} BETWEEN 1e8 AND 1e14"
        moment = (
            f"CASE WHEN {plausible} THEN {epoch} ELSE make_timestamp(epoch_us(TRY_CAST(written AS TIMESTAMPTZ))) END"
        )
        local = f"CASE WHEN {plausible} THEN {epoch} ELSE TRY_CAST(written AS TIMESTAMP) END"
    kept = "".join(f", {_text(name)} AS s{i}" for i, name in enumerate(columns.segments))
    whose = _text(columns.customer) if columns.customer else "CAST(NULL AS VARCHAR)"
    read = f"""SELECT row_number() OVER () AS r, {_text(columns.case)} AS c, {_text(columns.activity)} AS activity,
        {written} AS written, {whose} AS customer{kept} FROM {source}"""
    drop = "" if not kept else "".join(f", s{i}" for i in range(len(columns.segments)))
    return f"""CREATE TEMP TABLE raw AS SELECT r, c, activity, customer, epoch_ms({moment}) AS ms,
        CAST({local} AS DATE) - DATE '0001-01-01' + 1 AS day,
        CASE WHEN {moment} IS NULL THEN written END AS written{drop} FROM ({read})"""


def _text(column: str | None) -> str:
    """Return a column as text without space around it; NULL where nothing is left."""
    return f"nullif(trim(CAST({_quoted(column or '', chr(34))} AS VARCHAR)), '')"


def _quoted(text: str, mark: str) -> str:
    return mark + text.replace(mark, mark * 2) + mark


def _check(connection: Any, columns: EventColumns, file: str) -> None:  # noqa: ANN401
    """Raise InputError where nothing can be made of a column."""
    rows, timed = connection.execute("SELECT count(*), count(ms) FROM raw").fetchone()
    if not rows:
        raise InputError(f"{file} holds no events.")
    if not timed:
        seen = connection.execute("SELECT written FROM raw WHERE written IS NOT NULL LIMIT 1").fetchone()
        example = f", such as {mask(seen[0])!r}" if seen else ""
        raise InputError(
            f"{file}: no time in the column {columns.time!r} can be read{example}. ISO 8601 and seconds or "
            "milliseconds since 1970 are; for others say how they are written: --time-format '%d/%m/%Y %H:%M'"
        )
    for i, name in enumerate(columns.segments):
        many = connection.execute(f"SELECT count(DISTINCT s{i}) FROM raw").fetchone()[0]
        if many > MOST_VALUES:
            raise InputError(
                f"{file}: the column {name!r} has {many:,} different values, so it is no segment to compare by "
                f"({MOST_VALUES} at most). Put them into groups first."
            )


def read_stages(path: Path) -> tuple[tuple[EventStage, ...], dict[str, int]]:
    """Read which activity belongs to which stage, from YAML or CSV; return the stages and, by activity, their place.

    YAML: `stages:` and perhaps `ends:`, each a mapping of a stage's name to its activities. CSV: the columns
    `activity`, `stage`, and perhaps `end` (yes or no). The order is that of the file. Raises InputError.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.") from error
    pairs = _from_csv(text, path.name) if path.suffix.lower() in (".csv", ".tsv") else _from_yaml(text, path.name)
    return arranged(pairs, path.name)


def arranged(pairs: Sequence[tuple[str, str, bool]], file: str) -> tuple[tuple[EventStage, ...], dict[str, int]]:
    """Return stages and places from (activity, stage, end); an activity in two stages is refused."""
    from knowledge.journey import stage_id

    stages: dict[str, EventStage] = {}
    places: dict[str, int] = {}
    for activity, name, end in pairs:
        stages.setdefault(stage_id(name), EventStage(id=stage_id(name), name=name, end=end))
        place = list(stages).index(stage_id(name))
        if places.setdefault(activity, place) != place:
            raise InputError(f"{file}: the activity {activity!r} stands in two stages. Leave it in one.")
    if not places:
        raise InputError(f"{file} puts no activity into a stage. Write under `stages:` a name and its activities.")
    return tuple(stages.values()), places


def _from_yaml(text: str, file: str) -> list[tuple[str, str, bool]]:
    import yaml

    try:
        held = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a ValueError: the 31st of February
        raise InputError(f"{file} is not YAML: {error}.") from error
    if not isinstance(held, dict) or not all(isinstance(held.get(p) or {}, dict) for p in ("stages", "ends")):
        raise InputError(f"{file} needs `stages:` with lines such as `Accepted: [A_ACCEPTED]`.")
    pairs = []
    for part in ("stages", "ends"):
        for name, activities in (held.get(part) or {}).items():
            listed = activities if isinstance(activities, list) else [activities]
            pairs += [(str(activity), str(name), part == "ends") for activity in listed]
    return pairs


def _from_csv(text: str, file: str) -> list[tuple[str, str, bool]]:
    import csv

    try:
        rows = list(csv.DictReader(text.splitlines(), delimiter="\t" if file.lower().endswith(".tsv") else ","))
    except csv.Error as error:
        raise InputError(f"{file} cannot be read: {error}.") from error
    if not rows or not {"activity", "stage"} <= set(rows[0]):
        raise MissingColumn(f"{file} needs the columns `activity` and `stage`.")
    yes = ("yes", "true", "1", "y")
    return [(r["activity"].strip(), r["stage"].strip(), (r.get("end") or "").strip().lower() in yes) for r in rows
            if r["activity"] and r["stage"]]  # fmt: skip
