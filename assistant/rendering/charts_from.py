"""Answer -> chart: a picture of what was said, from the same checked findings; nothing else is drawn.

The surfaces call `chart_for(answer, store)`, which returns the PNG and its alt text, or None where no chart would help.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from assistant.answers.answer import Answer, Change, Finding, Line
from assistant.answers.context import names_of, store_source
from assistant.answers.event_values import path_of
from assistant.answers.measures import measure
from assistant.answers.wording import Names
from assistant.answers.wording_time import lasting
from assistant.rendering.charts import Bar, Bars, Chart, Dot, Funnel, StageCell, Step, Strip, Trend, Way
from knowledge.analysis.rates import wilson
from knowledge.periods import Period, describe
from knowledge.scope import Scope
from knowledge.store import Store

MOST_DOTS = 24
"""A course is drawn by its last so many values."""

_FEWEST_DOTS = 3
_FEWEST_BARS = 2


def chart_for(answer: Answer, store: Store, *, dark: bool = False) -> tuple[bytes, str] | None:
    """Return (PNG, alt text) of the chart that shows an answer best; None where no chart would.

    `answer` must be verified; `store` is open for the calling thread and of the same file. The picture is 1,200 pixels
    wide, made to be shown at 600; the alt text holds every value that is drawn, within 2,000 characters. Takes some
    0.1 s, and 0.5 s more for the first picture of a process, which loads matplotlib.
    """
    from assistant.rendering.charts_png import draw
    from assistant.rendering.text_chart import alt

    chart = chart_of(answer, store)
    return (draw(chart, dark=dark), alt(chart)) if chart else None


def chart_of(answer: Answer, store: Store) -> Chart | None:
    """Return the chart that shows an answer best: by what its findings hold; None where no chart would."""
    if answer.abstained:
        return None
    names = names_of(store.maps.current())
    for make in _MAKERS:
        if chart := make(answer, store, names):
            return chart
    return None


def _strip(answer: Answer, _: Store, names: Names) -> Strip | None:
    """Return the stages side by side, where the answer tells of several."""
    stages: dict[str, Finding] = {}
    for found in answer.claims:
        if found.kind == "stage" and found.stage and found.numbers.get("count") and "complaint_share" in found.numbers:
            stages.setdefault(found.stage, found)
    if len(stages) < _FEWEST_BARS:
        return None
    cells = []
    for stage, found in stages.items():
        judged = [f for f in metrics_of(answer) if f.stage == stage and f.numbers.get("status")]
        met = sum(1 for metric in judged if _meets(metric))
        mood, complaints = _number(found, "sentiment"), _number(found, "complaint_share")
        count = int(_number(found, "count") or 0)
        label = names.stage(stage)
        cells.append(StageCell(label=label, count=count, sentiment=mood, complaints=complaints, met=met,
                               judged=len(judged)))  # fmt: skip
    return Strip(title=_title(answer), stages=tuple(cells), note="Sentiment is a mean from −1 (bad) to +1 (good).")


def metrics_of(answer: Answer) -> list[Finding]:
    """Return the metrics of an answer, each once for a stage: other claims may rest on them again."""
    found: dict[tuple[str | None, str | None], Finding] = {}
    for claim in answer.claims:
        if claim.kind == "metric":
            found.setdefault((claim.stage, claim.metric), claim)
    return list(found.values())


def _meets(metric: Finding) -> bool:
    status, better = metric.numbers.get("status"), metric.numbers.get("better")
    return status == "on" or (status == "above") == (better == "higher")


def _metric(answer: Answer, store: Store, names: Names) -> Trend | None:
    """Return the course of the metric that was asked about."""
    found = next((f for f in answer.claims if f.kind == "metric"), None)
    if found is None or answer.question.intent not in ("metric", "trend") or answer.claims[0].kind != "metric":
        return None
    return metric_trend(found, store, title=_title(answer, found))


def _measured(answer: Answer, store: Store, names: Names) -> Trend | None:
    """Return the course of the first metric of an answer about something else."""
    found = next((f for f in answer.claims if f.kind == "metric"), None)
    return metric_trend(found, store, title=_title(answer, found)) if found else None


def metric_trend(found: Finding, store: Store, *, title: str) -> Trend | None:
    """Return the course of a metric finding's metric, in its stage and segments, each value by the rules of answers."""
    source, filters = store_source(store), found.scope.filters if found.scope else {}
    dots, target, basis = [], None, None
    for period in _periods(found, store)[-MOST_DOTS:]:
        scope = Scope(period=period, filters=filters, stages=(found.stage,) if found.stage else ())
        asked = Finding(kind="metric", numbers={}, stage=found.stage, metric=found.metric, scope=scope)
        value = measure(asked, ("value", "n", "low", "high", "interval", "target"), source)
        n = _number(value, "n")
        dots.append(
            Dot(label=_label(period), value=_number(value, "value"), low=_number(value, "low"),
                high=_number(value, "high"), n=int(n) if n else None)
        )  # fmt: skip
        target = _number(value, "target") if value.numbers.get("target") is not None else target
        basis = value.numbers.get("interval")
    metric = source.metric(found.metric or "")
    if len(dots) < _FEWEST_DOTS or metric is None:
        return None
    percent = metric.unit.strip().lower() in ("%", "percent", "per cent")
    unit = "%" if percent else "" if metric.unit.lower() in ("score", "points", "share") else metric.unit
    bounds = (0.0, 100.0) if percent else (metric.low, metric.high)
    if basis == "noise":
        dots = _alike(dots, bounds)
    return Trend(title=title, dots=tuple(dots), unit=unit, target=target, note=_note(dots), bounds=bounds)


def _alike(dots: list[Dot], bounds: tuple[float | None, float | None]) -> list[Dot]:
    """Give every value the interval of the last one: the noise of a series is known only once it is long enough."""
    last = dots[-1]
    if last.value is None or last.low is None or last.high is None:
        return dots
    half, (least, most) = max(last.value - last.low, last.high - last.value), bounds
    return [dot if dot.value is None else replace(dot, low=_at_least(dot.value - half, least),
                                                  high=_at_most(dot.value + half, most)) for dot in dots]  # fmt: skip


def _at_least(value: float, least: float | None) -> float:
    return value if least is None else max(value, least)


def _at_most(value: float, most: float | None) -> float:
    return value if most is None else min(value, most)


def _periods(found: Finding, store: Store) -> list[Period]:
    """Return the periods in which the metric was measured, of the finest kind, in the order of time."""
    until = found.scope.period.end if found.scope and found.scope.period else None
    points = [p for p in store.metrics.points(found.metric) if p.stage == found.stage and p.period.days]
    points = [p for p in points if until is None or (p.period.end and p.period.end <= until)]
    kinds = {_kind(point.period) for point in points}
    held = {(p.period.start, p.period.end): p.period for p in points if _kind(p.period) == min(kinds)}
    return sorted(held.values(), key=lambda period: period.start or date.min)


def _kind(period: Period) -> int:
    """Return 0 for a day, 1 for about a week, 2 for about a month, 3 for longer."""
    days = period.days or 0
    return 0 if days < 7 else 1 if days < 28 else 2 if days <= 31 else 3


def _label(period: Period) -> str:
    start, end = period.start, period.end
    if start is None or end is None:
        return period.label
    if _kind(period) == 3:
        return describe(start, end)
    return f"{start:%b %Y}" if _kind(period) == 2 else f"{start.day} {start:%b %Y}"


def _note(dots: Sequence[Dot]) -> str:
    sizes = [dot.n for dot in dots if dot.n]
    band = "Band: 95% interval." if any(dot.low is not None for dot in dots) else ""
    if not sizes:
        return band
    n = f"n = {sizes[0]:,}" if min(sizes) == max(sizes) else f"n from {min(sizes):,} to {max(sizes):,}"
    return f"{band} {n} per value.".strip()


def _course(answer: Answer, _: Store, names: Names) -> Trend | None:
    """Return the course by month of the first finding that has one."""
    index = next((i for i, f in enumerate(answer.findings) if len(f.series) >= _FEWEST_DOTS), None)
    if index is None:
        return None
    found = answer.findings[index]
    months = found.series[-MOST_DOTS:]
    whole = all(n == of for _, n, of in months)
    title = _title(answer, found)
    if whole:
        dots = tuple(Dot(label=_month(label), value=float(n)) for label, n, _ in months)
        return Trend(title=title, dots=dots, unit="", note="Pieces of feedback by month.", bounds=(0.0, None))
    parts = tuple(_share(label, n, of) for label, n, of in months)
    note = "Share of all feedback of the month, with its 95% interval."
    return Trend(title=title, dots=parts, unit="%", note=note, bounds=(0.0, 100.0))


def _share(label: str, n: int, of: int) -> Dot:
    if not of:
        return Dot(label=_month(label), value=None)
    low, high = wilson(n, of)
    return Dot(label=_month(label), value=100 * n / of, low=100 * low, high=100 * high, n=of)


def _month(label: str) -> str:
    return f"{date.fromisoformat(f'{label}-01'):%b %Y}"


def _funnel(answer: Answer, _: Store, names: Names) -> Funnel | None:
    """Return the steps of an event log: the longest way whose every step is a finding."""
    steps = {path_of(f): f for f in answer.claims if f.kind == "events" and len(path_of(f)) > 1}
    ways = [path for path in steps if all(path[: n + 1] in steps for n in range(1, len(path)))]
    if not ways:
        return None
    way = max(ways, key=len)
    passages = [steps[way[: n + 1]] for n in range(1, len(way))]
    labels = str(passages[-1].name).split(" → ")
    drawn = [Step(label=labels[0], count=int(_number(passages[0], "cases") or 0))]
    for label, found in zip(labels[1:], passages, strict=True):
        median, p90 = _number(found, "median"), _number(found, "p90")
        time = f"median {lasting(median)}, 90% in {lasting(p90)}" if median and p90 else ""
        drawn.append(Step(label=label, count=int(_number(found, "reached") or 0), time=time))
    return Funnel(title=_title(answer), steps=tuple(drawn), note="Cases that went through all steps before, in order.")


def _bars(answer: Answer, _: Store, names: Names) -> Bars | None:
    """Return the themes of an answer, in its order."""
    held = [
        f for f in answer.claims if f.kind == "theme" and f.name and _number(f, "count") and "complaints" in f.numbers
    ]
    themes = list({f.theme_id: f for f in held}.values())
    if len(themes) < _FEWEST_BARS:
        return None
    return Bars(title=_title(answer), bars=tuple(map(_bar, themes)), note=_PARTS)


_PARTS = "Left part: complaints. Whole bar: all mentions."


def _bar(theme: Finding) -> Bar:
    count, complaints, praise = (int(_number(theme, key) or 0) for key in ("count", "complaints", "praise"))
    moved, sign = _MOVED.get(theme.change or "unknown", ("", 0))
    good = sign * (1 if praise > complaints else -1)
    way: Way = "better" if good > 0 else "worse" if good < 0 else "same"
    return Bar(label=theme.name or "", count=count, part=complaints, moved=moved, way=way)


_MOVED: dict[Change, tuple[str, int]] = {
    "new": ("▲ new", 1), "rising": ("▲ rising", 1), "recurring": ("▲ back", 1), "steady": ("no clear change", 0),
    "falling": ("▼ falling", -1), "gone": ("▼ gone quiet", -1), "resolved": ("▼ resolved", -1),
}  # fmt: skip


def _number(found: Finding, key: str) -> float | None:
    value = found.numbers.get(key)
    return float(value) if isinstance(value, int | float) else None


_LISTS = frozenset({"trend.months"})
"""Sentences that list what is drawn."""


def _title(answer: Answer, found: Finding | None = None) -> str:
    """Return the sentence that tells what is drawn: the first that rests on the finding alone, else the headline."""
    if found is not None:
        place = answer.findings.index(found)
        for line in (answer.headline, *answer.lines):
            if isinstance(line, Line) and line.findings == (place,) and line.template not in _LISTS:
                return str(line)
    return str(answer.headline)


_MAKERS: tuple[Callable[[Answer, Store, Names], Chart | None], ...] = (
    _funnel,
    _strip,
    _metric,
    _course,
    _bars,
    _measured,
)
