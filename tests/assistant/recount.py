"""An answer counted anew by somebody else: plain rows of the file, sets and loops, none of the product's own counting.

`faults` returns what does not hold: rows that the scope does not select, numbers that the rows do not give, numbers in
a sentence that no finding behind it states, and quotes that are not, letter for letter, in their row.
"""

import math
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assistant.answers.answer import Answer, Finding
from knowledge.scope import Scope
from tests.assistant.spelled import stray_numbers


@dataclass(frozen=True, kw_only=True)
class Row:
    """A piece of feedback as it stands in the file."""

    id: str
    day: date | None
    channel: str | None
    language: str | None
    customer: str | None
    rating: float | None
    scale: tuple[float, float] | None
    stage: str | None
    mood: float | None
    counted: bool
    text: str
    themes: set[str] = field(default_factory=set)
    segments: dict[str, str] = field(default_factory=dict)


class File:
    """All feedback and metric values of a file, read once by plain statements."""

    def __init__(self, path: Path) -> None:
        self.rows: dict[int, Row] = {}
        self.checked: Counter[str] = Counter()
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            for row, id_, day, channel, lang, customer, rating, low, high, stage, mood, counted, text in db.execute(
                """SELECT f.row, id, day, channel, language, customer, rating, rating_low, rating_high, d.stage,
                sentiment, counted, text FROM feedback f JOIN texts t ON t.feedback = f.row
                LEFT JOIN derived d ON d.feedback = f.row"""
            ):
                self.rows[row] = Row(
                    id=id_, day=date.fromordinal(day) if day else None, channel=channel, language=lang,
                    customer=customer, rating=rating, scale=None if low is None else (low, high), stage=stage,
                    mood=mood, counted=counted is None or bool(counted), text=text,
                )  # fmt: skip
            for row, theme in db.execute("SELECT feedback, theme FROM points WHERE theme IS NOT NULL"):
                self.rows[row].themes.add(theme)
            for row, name, value in db.execute("SELECT feedback, name, value FROM segments"):
                self.rows[row].segments[name] = value
            self.values = db.execute(
                "SELECT metric, stage, start, stop, segments, value, n FROM metric_points"
            ).fetchall()

    def select(self, scope: Scope) -> list[int]:
        """Return the rows in scope, ascending."""
        among = self.rows if scope.rows is None else [row for row in scope.rows if row in self.rows]
        return sorted(row for row in among if _in_scope(self.rows[row], scope))

    def told(self, rows: list[int]) -> list[Row]:
        """Return what stands in these rows."""
        return [self.rows[row] for row in rows]


def _in_scope(row: Row, scope: Scope) -> bool:
    if scope.counted and not row.counted:
        return False
    period = scope.period
    if period and (
        row.day is None or (period.start and row.day < period.start) or (period.end and row.day >= period.end)
    ):
        return False
    if scope.stages and row.stage not in scope.stages:
        return False
    if scope.themes and not row.themes & set(scope.themes):
        return False
    if scope.polarity and (row.mood is None or (row.mood > -0.2 if scope.polarity == "complaint" else row.mood < 0.2)):
        return False
    if scope.rating and (row.rating is None or not scope.rating[0] <= row.rating <= scope.rating[1]):
        return False
    if scope.customer and row.customer != scope.customer:
        return False
    return all(_has(row, name, values) for name, values in scope.filters.items()) and not any(
        _has(row, name, values) for name, values in scope.without.items()
    )


def _has(row: Row, name: str, values: tuple[str, ...]) -> bool:
    held = {"channel": row.channel, "language": row.language}.get(name, row.segments.get(name))
    return held is not None and held in values


# --- numbers of a finding --------------------------------------------------------------------------------------------


def _customers(rows: list[Row]) -> int:
    return len({row.customer for row in rows if row.customer}) + sum(not row.customer for row in rows)


def _moods(rows: list[Row]) -> list[float]:
    return [row.mood for row in rows if row.mood is not None]


def _complaints(rows: list[Row]) -> int:
    return sum(mood <= -0.2 for mood in _moods(rows))


def _praise(rows: list[Row]) -> int:
    return sum(mood >= 0.2 for mood in _moods(rows))


def _part(part: int, of: int) -> float | None:
    return part / of if of else None


def _wilson(rows: list[Row]) -> tuple[float | None, float | None]:
    """Return the interval of the share of complaints by scipy's own formula."""
    from scipy.stats import binomtest

    n = len(_moods(rows))
    if not n:
        return None, None
    ends = binomtest(_complaints(rows), n).proportion_ci(method="wilson")
    return float(ends.low), float(ends.high)


def _ratings(rows: list[Row]) -> list[float]:
    return [row.rating for row in rows if row.rating is not None]


def _score(rows: list[Row]) -> float | None:
    """Return NPS of ratings from 0 to 10, else their mean; None without ratings."""
    ratings, scale = _ratings(rows), next((row.scale for row in rows if row.scale), None)
    if scale == (0, 10):
        ratings = [100.0 if rating >= 9 else -100.0 if rating <= 6 else 0.0 for rating in ratings]
    return math.fsum(ratings) / len(ratings) if ratings else None


def _days(rows: list[Row]) -> list[date]:
    return sorted(row.day for row in rows if row.day)


Number = float | int | str | None
Recount = Callable[["Counted"], Number]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The rows that a finding's scopes select, as this file counts them."""

    file: File
    finding: Finding
    here: list[Row]
    now: list[Row]
    before: list[Row] | None
    base: list[Row]

    def exposure(self, scope: Scope | None) -> int:
        """Return how much was said by anybody about anything in the same stretch and under the same filters."""
        if scope is None:
            return 0
        free = {"stages": (), "themes": (), "polarity": None, "rating": None, "customer": None, "rows": None}
        return len(self.file.select(scope.on(**free)))

    @property
    def stretch(self) -> Scope | None:
        """The stretch that is judged against the one before."""
        return self.finding.recent or self.finding.scope


def _earlier(c: Counted) -> int | None:
    period = c.stretch.period if c.stretch else None
    if c.stretch is None or period is None or period.start is None:
        return None
    ever = c.file.select(c.stretch.on(period=None))
    return sum(1 for row in c.file.told(ever) if row.day and row.day < period.start)


def _p_value(c: Counted) -> Number:
    """Return the p-value of a test of two stretches, or of a trend over months; raises KeyError for other tests."""
    from scipy.stats import binomtest, fisher_exact

    if c.finding.test == "trend":
        return _trend_p([(k, of) for _, k, of in c.finding.series])
    if c.finding.test == "recurrence":
        raise KeyError("recurrence")
    if c.before is None or c.finding.test is None:
        return None
    if c.finding.test == "shares":
        sides = [(_complaints(rows), len(_moods(rows))) for rows in (c.now, c.before)]
        if not all(n for _, n in sides):
            return None
        return float(fisher_exact([[hits, n - hits] for hits, n in sides]).pvalue)
    if c.finding.test != "rate":
        raise KeyError(c.finding.test)
    one, other = c.exposure(c.stretch), c.exposure(c.finding.before)
    if not one or not other:
        return None
    total = len(c.now) + len(c.before)
    return float(binomtest(len(c.now), total, one / (one + other)).pvalue) if total else 1.0


def _trend_p(months: list[tuple[int, int]]) -> float | None:
    """Return the p-value of the Cochran-Armitage test by way of its chi-square, as textbooks write it."""
    from scipy.stats import chi2

    cells = [(t, k, of) for t, (k, of) in enumerate(months) if of]
    events, whole = sum(k for _, k, _ in cells), sum(of for _, _, of in cells)
    if len(cells) < 3 or events < 10:
        return None
    score = sum(t * (k - of * events / whole) for t, k, of in cells)
    spread = sum(of * t * t for t, _, of in cells) - sum(of * t for t, _, of in cells) ** 2 / whole
    return float(chi2.sf(score * score / (events / whole * spread), 1))


RECOUNTS: dict[str, Recount] = {
    "count": lambda c: len(c.here),
    "customers": lambda c: _customers(c.here),
    "complaints": lambda c: _complaints(c.here),
    "praise": lambda c: _praise(c.here),
    "scored": lambda c: len(_moods(c.here)),
    "sentiment": lambda c: math.fsum(_moods(c.here)) / len(_moods(c.here)) if _moods(c.here) else None,
    "share": lambda c: _part(len(c.here), len(c.base)),
    "whole": lambda c: len(c.base),
    "complaint_share": lambda c: _part(_complaints(c.here), len(_moods(c.here))),
    "low": lambda c: _wilson(c.here)[0],
    "high": lambda c: _wilson(c.here)[1],
    "recent": lambda c: len(c.now),
    "previous": lambda c: None if c.before is None else len(c.before),
    "previous_complaint_share": lambda c: _part(_complaints(c.before), len(_moods(c.before))) if c.before else None,
    "recent_complaint_share": lambda c: _part(_complaints(c.now), len(_moods(c.now))),
    "previous_praise": lambda c: None if c.before is None else _praise(c.before),
    "recent_praise": lambda c: _praise(c.now),
    "exposure": lambda c: c.exposure(c.stretch),
    "exposure_before": lambda c: c.exposure(c.finding.before) if c.finding.before else None,
    "earlier": _earlier,
    "p_value": _p_value,
    "themes": lambda c: len({theme for row in c.here if row.day for theme in row.themes}),
    "months": lambda c: sum(1 for _, n, _ in c.finding.series if n),
    "months_all": lambda c: len(c.finding.series),
    "first": lambda c: days[0].isoformat() if (days := _days(c.here)) else None,
    "last": lambda c: days[-1].isoformat() if (days := _days(c.here)) else None,
    "undated": lambda c: sum(row.day is None for row in c.here),
    "unstaged": lambda c: sum(row.stage is None for row in c.here),
    "unassigned": lambda c: sum(not row.themes for row in c.here),
    "rated_all": lambda c: len(_ratings(c.here)),
    "scales": lambda c: len({row.scale for row in c.here if row.rating is not None}),
    "scale_low": lambda c: next((row.scale[0] for row in c.here if row.scale), None),
    "scale_high": lambda c: next((row.scale[1] for row in c.here if row.scale), None),
    "score": lambda c: math.fsum(_ratings(c.here)) / len(_ratings(c.here)),
    "score_n": lambda c: len(_ratings(c.here)),
    "score_value": lambda c: _score(c.here),
    "score_previous": lambda c: _score(c.before) if c.before else None,
    "score_recent": lambda c: _score(c.now) if c.finding.recent else None,
}


def _wrong_numbers(file: File, finding: Finding) -> Iterator[str]:
    """Yield numbers of a finding about feedback that its rows do not give, and rows that its scope does not select."""
    rows = {
        name: file.select(scope) if (scope := getattr(finding, name)) else []
        for name in ("scope", "recent", "before", "base")
    }
    stated = {
        "scope": finding.rows,
        "recent": finding.rows_recent,
        "before": finding.rows_before,
        "base": finding.rows_base,
    }
    for name, found in rows.items():
        if (
            getattr(finding, name)
            and list(stated[name]) != found
            and not (finding.kind == "coverage" and name == "scope")
        ):
            yield f"{name} selects {len(found)} rows, not the {len(stated[name])} stated"
    c = Counted(
        file=file, finding=finding, here=file.told(rows["scope"]), base=file.told(rows["base"]),
        now=file.told(rows["recent" if finding.recent else "scope"]),
        before=file.told(rows["before"]) if finding.before else None,
    )  # fmt: skip
    for key, value in finding.numbers.items():
        if key not in RECOUNTS:
            file.checked[f"by the product's rules only: {key}"] += 1
            continue
        try:
            again = RECOUNTS[key](c)
        except KeyError:
            file.checked[f"by the product's rules only: {key}"] += 1
            continue
        file.checked["numbers recounted"] += 1
        if key == "score" and value is None:
            continue  # too few ratings for a model of what drives them: nothing is stated
        if not _same(value, again):
            yield f"{key} is {value!r}, the rows give {again!r}"
    yield from _wrong_months(c)


def _wrong_months(c: Counted) -> Iterator[str]:
    counts = Counter(f"{row.day:%Y-%m}" for row in c.here if row.day)
    for month, n, _ in c.finding.series:
        c.file.checked["numbers recounted"] += 1
        if counts[month] != n:
            yield f"{month} has {counts[month]}, not {n}"
    if c.finding.series and sum(counts.values()) != sum(n for _, n, _ in c.finding.series):
        yield "the months leave rows out"


def _same(one: Number, other: Number) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
    return one == other


def _wrong_metric(file: File, finding: Finding) -> Iterator[str]:
    """Yield what is wrong with the value of a metric: the mean of the imported values of its stretch."""
    scope = finding.scope
    period = scope.period if scope else None
    value = finding.numbers.get("value")
    if value is None:
        return
    file.checked["numbers recounted"] += 1
    mine = [
        (v, n, start, stop)
        for metric, stage, start, stop, segments, v, n in file.values
        if metric == finding.metric
        and (stage or None) == finding.stage
        and (segments == "{}" or (scope and scope.filters))
    ]
    if period is None and mine:
        last = max(stop for *_, stop in mine)
        mine = [point for point in mine if point[3] == last]
    elif period:
        start, stop = (edge.toordinal() if edge else None for edge in (period.start, period.end))
        inside = [p for p in mine if (start is None or p[2] >= start) and (stop is None or p[3] <= stop)]
        mine = inside or [p for p in mine if start is not None and stop is not None and p[2] <= start and p[3] >= stop]
    weights = [n for _, n, *_ in mine] if all(n for _, n, *_ in mine) else [1] * len(mine)
    again = math.fsum(v * w for (v, *_), w in zip(mine, weights, strict=True)) / sum(weights) if mine else None
    if not _same(value, again):
        yield f"{finding.metric} is {value!r}, the imported values give {again!r}"


def _false_quotes(answer: Answer, file: File) -> Iterator[str]:
    for quote in answer.evidence:
        file.checked["quotes"] += 1
        row = file.rows.get(quote.row)
        if row is None or quote.quote not in row.text or (row.id, row.day, row.channel) != (
            quote.feedback_id, quote.at, quote.channel):  # fmt: skip
            yield f"quote of {quote.feedback_id} is not what its row holds"
        elif quote.finding is None or quote.row not in answer.findings[quote.finding].rows:
            yield f"quote of {quote.feedback_id} is of another finding"
        elif quote.theme_id and quote.theme_id not in row.themes:
            yield f"quote of {quote.feedback_id} is of another theme"


def faults(answer: Answer, file: File) -> list[str]:
    """Return what of an answer does not hold; what was looked at is counted in `file.checked`."""
    file.checked["answers" if not answer.abstained else "refusals"] += 1
    found = [f"dropped: {what}" for what in answer.dropped]
    for finding in answer.findings:
        if finding.kind in ("map", "events"):
            continue
        check = _wrong_metric if finding.kind == "metric" else _wrong_numbers
        found += [f"{finding.kind} {finding.name}: {what}" for what in check(file, finding)]
    return [*found, *stray_numbers(answer, file.checked), *_false_quotes(answer, file)]
