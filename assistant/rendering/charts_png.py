"""Chart -> PNG, 600 points wide: pure functions; the same chart gives the same bytes."""

import itertools
import warnings
from threading import Lock
from typing import TYPE_CHECKING

from assistant.rendering.charts import Bars, Chart, Dot, Funnel, Trend
from assistant.rendering.charts_strip import draw_strip
from assistant.rendering.charts_style import DARK, LIGHT, NORMAL, SMALL, Ink, Sheet, bare, cut, sheet, width_of
from assistant.rendering.text_chart import figure, share_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ONE_AT_A_TIME = Lock()
"""matplotlib keeps fonts in tables that threads share."""


def draw(chart: Chart, *, dark: bool = False) -> bytes:
    """Return the picture of a chart as PNG, for a light or a dark ground."""
    ink = DARK if dark else LIGHT
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        # A letter that no font of this machine has is drawn as a box; the text twin has it.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        if isinstance(chart, Trend):
            return _trend(chart, ink)
        if isinstance(chart, Bars):
            return _bars(chart, ink)
        if isinstance(chart, Funnel):
            return _funnel(chart, ink)
        return draw_strip(chart, ink)


_TICKS = 7
_CROWDED = 16
"""With more values, the last one is so near to the edge that its label would be cut off."""
_LETTERS = 84
"""Small letters on the width of a chart."""
_LAST = 0.12
"""Part of the width at the end that is the last value's own, which is written there."""
_ENOUGH = 0.09
"""Room, as part of the height, beyond which more makes a label no easier to read."""


def _trend(chart: Trend, ink: Ink) -> bytes:
    page = sheet(chart.title, chart.note, 2.25, ink, [dot.label for dot in chart.dots], left=0.42, under=0.26)
    axes = page.axes
    _frame(axes, ink, page)
    places = range(len(chart.dots))
    _band(axes, chart, ink)
    values = [float("nan") if dot.value is None else dot.value for dot in chart.dots]
    axes.plot(places, values, color=ink.main, linewidth=2, marker="o", markersize=4, solid_capstyle="round", zorder=3)
    axes.set_xlim(-0.4, max(len(chart.dots) - 1, 1) + 0.4)
    axes.set_ylim(*_scale(chart))
    axes.yaxis.set_major_formatter(lambda value, _: figure(value, "%" if chart.unit == "%" else ""))
    step = -(-len(chart.dots) // _TICKS)
    marks = [place for place in places if (len(chart.dots) - 1 - place) % step == 0]
    axes.set_xticks(marks, [cut(chart.dots[place].label, 14) for place in marks])
    if len(chart.dots) > _CROWDED:
        axes.get_xticklabels()[-1].set_horizontalalignment("right")  # centred, it would leave the picture
    if chart.target is not None:
        axes.axhline(chart.target, color=ink.target, linewidth=1.2, linestyle=(0, (5, 3)), zorder=2)
        _name_target(page, chart, chart.target)
    _last(page, chart)
    return page.png()


def _name_target(page: Sheet, chart: Trend, target: float) -> None:
    """Write what the dashed line is, where the course leaves most room: above or below it, anywhere but at the end."""
    text = f"target {figure(target, chart.unit)}"
    low, high = _scale(chart)
    width = len(chart.dots) * width_of(text) / _LETTERS
    spots = [
        (_room(chart, start, width, target + side * 0.05 * (high - low)) / (high - low), start, side)
        for start in range(max(1, round(len(chart.dots) - width - _LAST * len(chart.dots))))
        for side in (1, -1)
        if low < target + side * 0.1 * (high - low) < high
    ]
    # A spot further right must be clearly better than the usual one, at the left above the line.
    _, start, side = max(spots, key=lambda spot: (min(spot[0], _ENOUGH), -spot[1], spot[2]), default=(0.0, 0, 1))
    page.write(start - 0.35, target, text, color=page.ink.target, fontsize=SMALL, va="bottom" if side > 0 else "top")


def _room(chart: Trend, start: int, width: float, height: float) -> float:
    """Return how far the course stays away from a height between two places."""
    values = [_value(dot) for dot in chart.dots if dot.value is not None]
    if len(values) < len(chart.dots):
        return 0.0
    here = values[max(start - 1, 0) : start + int(width) + 2]
    between = [a + (b - a) * part / 8 for a, b in itertools.pairwise(here) for part in range(9)]
    return min((abs(value - height) for value in between or here), default=0.0)


def _frame(axes: "Axes", ink: Ink, page: Sheet) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(ink.grid)
    axes.tick_params(length=0, labelsize=SMALL, colors=ink.soft, labelfontfamily=page.fonts[0])
    axes.grid(axis="y", color=ink.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.locator_params(axis="y", nbins=5)


def _band(axes: "Axes", chart: Trend, ink: Ink) -> None:
    """Draw the 95% interval: a band; where a value stands alone, a bar."""
    low, high = ([float("nan") if v is None else v for v in side]
                 for side in ([d.low for d in chart.dots], [d.high for d in chart.dots]))  # fmt: skip
    axes.fill_between(range(len(chart.dots)), low, high, color=ink.main, alpha=0.18, linewidth=0, zorder=1)
    for place, dot in enumerate(chart.dots):
        beside = [chart.dots[i] for i in (place - 1, place + 1) if 0 <= i < len(chart.dots)]
        alone = all(other.low is None for other in beside)
        if alone and dot.low is not None and dot.high is not None:
            axes.plot([place, place], [dot.low, dot.high], color=ink.main, alpha=0.4, linewidth=5, zorder=1)


def _scale(chart: Trend) -> tuple[float, float]:
    """Return the ends of the axis: all that is drawn and some air, never beyond what values can be."""
    drawn = [v for dot in chart.dots for v in (dot.value, dot.low, dot.high) if v is not None]
    drawn += [chart.target] if chart.target is not None else []
    low, high = min(drawn, default=0.0), max(drawn, default=1.0)
    air = (high - low) * 0.15 or abs(high) * 0.1 or 1.0
    least, most = chart.bounds
    bottom = low - air if least is None else max(low - air, least - 0.02 * air)
    top = high + 1.6 * air if most is None else min(high + 1.6 * air, most + air)
    return bottom, top


def _last(page: Sheet, chart: Trend) -> None:
    """Write the last value beside its dot."""
    known = [(place, dot) for place, dot in enumerate(chart.dots) if dot.value is not None]
    if not known:
        return
    place, dot = known[-1]
    falls = len(known) > 1 and _value(known[-2][1]) > _value(dot)
    page.axes.annotate(
        figure(_value(dot), chart.unit), (place, _value(dot)), xytext=(0, -8 if falls else 9),
        textcoords="offset points", ha="right", va="top" if falls else "baseline",
        fontsize=NORMAL, fontweight="bold", color=page.ink.text, family=page.fonts, parse_math=False, zorder=4,
    )  # fmt: skip


def _value(dot: Dot) -> float:
    return dot.value if dot.value is not None else 0.0


def _bars(chart: Bars, ink: Ink) -> bytes:
    texts = [text for bar in chart.bars for text in (bar.label, bar.moved)]
    rows = max(len(chart.bars), 1)
    page = sheet(chart.title, chart.note, 0.46 * rows, ink, texts)
    bare(page.axes)
    most = max((bar.count for bar in chart.bars), default=1) or 1
    page.axes.set_xlim(0, 1)
    page.axes.set_ylim(rows, 0)
    for row, bar in enumerate(chart.bars):
        y = row + 0.68
        page.axes.barh(y, 0.72 * bar.count / most, height=0.34, color=ink.pale)
        page.axes.barh(
            y, 0.72 * bar.part / most, height=0.34, color=ink.worse if chart.part == "complaints" else ink.main
        )
        page.write(0, row + 0.27, cut(bar.label, 48))
        of = f"{bar.part:,} of {bar.count:,}" if bar.part != bar.count else f"{bar.count:,}"
        page.write(0.72 * bar.count / most + 0.012, y, of, color=ink.soft, fontsize=SMALL)
        if bar.moved:
            page.write(1, row + 0.27, bar.moved, color=ink.way(bar.way), fontsize=SMALL, ha="right")
    return page.png()


def _funnel(chart: Funnel, ink: Ink) -> bytes:
    texts = [text for step in chart.steps for text in (step.label, step.time)]
    rows = max(len(chart.steps), 1)
    page = sheet(chart.title, chart.note, 0.62 * rows - 0.12, ink, texts)
    bare(page.axes)
    most = max((step.count for step in chart.steps), default=1) or 1
    page.axes.set_xlim(0, 1)
    page.axes.set_ylim(rows - 0.2, 0)
    for row, step in enumerate(chart.steps):
        page.axes.barh(row + 0.6, 0.78, height=0.3, color=ink.grid)
        page.axes.barh(row + 0.6, 0.78 * step.count / most, height=0.3, color=ink.main)
        page.write(0, row + 0.26, cut(step.label, 40), fontweight="bold")
        page.write(0.8, row + 0.6, f"{step.count:,}", fontweight="bold")
        if row:
            before = chart.steps[row - 1]
            told = f"{share_of(step.count, before.count)} of {before.label}{f', {step.time}' if step.time else ''}"
            page.write(
                1,
                row + 0.26,
                cut(told, 76 - int(1.4 * width_of(step.label))),
                color=ink.soft,
                fontsize=SMALL,
                ha="right",
            )
    return page.png()
