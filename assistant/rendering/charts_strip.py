"""The journey as a strip: stages side by side, the emotion curve above, complaints, volume and targets below."""

from collections.abc import Callable

from assistant.rendering.charts import StageCell, Strip
from assistant.rendering.charts_style import LIGHT, SMALL, Ink, Sheet, bare, cut, sheet, width_of, wrapped
from assistant.rendering.text_chart import signed

_CURVE, _ROW, _GAP = 1.25, 0.38, 0.25

Tell = Callable[[StageCell, tuple[StageCell, ...], Ink], tuple[str, float, str]]
"""(stage, all stages, colours) → the text of a cell, the weight of its colour (0..1), the colour."""


def draw_strip(chart: Strip, ink: Ink) -> bytes:
    """Return the picture of a strip."""
    cells = chart.stages
    columns = max(len(cells), 1)
    judged = any(cell.judged for cell in cells)
    rows = 3 if judged else 2
    body = _CURVE + 0.42 + rows * (_ROW + _GAP)
    page = sheet(chart.title, chart.note, body, ink, [cell.label for cell in cells])
    bare(page.axes)
    page.axes.set_xlim(0, columns)
    page.axes.set_ylim(0, body)
    _names(page, cells, body)
    _curve(page, cells, body - 0.42, columns)
    _row(page, cells, (rows - 1) * (_ROW + _GAP), "complaints, share of feedback", _complaints)
    _row(page, cells, (rows - 2) * (_ROW + _GAP), "pieces of feedback", _volume)
    if judged:
        _row(page, cells, 0.0, "metrics that meet their target", _targets)
    return page.png()


def _names(page: Sheet, cells: tuple[StageCell, ...], top: float) -> None:
    size = _size(cells)
    room = max(round(92 * (SMALL - 1.5) / size / max(len(cells), 1)), 5)
    for column, cell in enumerate(cells):
        for line, text in enumerate(wrapped(cell.label, room)[:2]):
            page.write(
                column + 0.5, top - 0.1 - 0.17 * line, cut(text, room), ha="center", fontsize=size, fontweight="bold"
            )


def _size(cells: tuple[StageCell, ...]) -> float:
    """Return the size of the names: so that the longest fits its column, within what can be read."""
    longest = max((width_of(word) for cell in cells for word in cell.label.split()), default=1)
    return max(5.5, min(SMALL, 92 * (SMALL - 1.5) / longest / max(len(cells), 1)))


def _curve(page: Sheet, cells: tuple[StageCell, ...], top: float, columns: int) -> None:
    """Draw mean sentiment from stage to stage between −1 and 1, with the middle marked."""
    ink, middle, half = page.ink, top - _CURVE / 2, _CURVE / 2 - 0.18
    page.axes.plot([0, columns], [middle, middle], color=ink.grid, linewidth=1)
    known = [cell.sentiment for cell in cells if cell.sentiment is not None]
    reach = max(0.5, *(abs(value) for value in known)) if known else 1.0
    points = [(i + 0.5, middle + half * c.sentiment / reach) for i, c in enumerate(cells) if c.sentiment is not None]
    page.axes.plot([x for x, _ in points], [y for _, y in points], color=ink.soft, linewidth=1.6, zorder=2)
    for (x, y), value in zip(points, known, strict=True):
        good, near = value >= 0, round(value, 2)
        colour = ink.better if near > 0 else ink.worse if near < 0 else ink.soft
        page.axes.plot([x], [y], marker="o", markersize=7, color=colour, zorder=3)
        page.write(x, y + (0.15 if good else -0.15), signed(value), ha="center", fontsize=SMALL, color=colour)
    page.write(0.02, top - 0.02, "mean sentiment", color=ink.soft, fontsize=SMALL)
    below = not known or known[-1] >= 0
    page.write(
        columns, middle + (-0.09 if below else 0.09), "neutral", color=ink.soft, fontsize=SMALL - 1.5, ha="right"
    )


def _row(page: Sheet, cells: tuple[StageCell, ...], y: float, label: str, tell: Tell) -> None:
    ink = page.ink
    page.write(0.02, y + _ROW + 0.09, label, color=ink.soft, fontsize=SMALL)
    for column, cell in enumerate(cells):
        text, weight, colour = tell(cell, cells, ink)
        page.axes.bar(column + 0.5, _ROW - 0.04, bottom=y, width=0.95, color=mixed(ink.ground, colour, weight))
        page.write(column + 0.5, y + _ROW / 2 - 0.02, text, ha="center", color=_on(ink, weight))


def _complaints(cell: StageCell, cells: tuple[StageCell, ...], ink: Ink) -> tuple[str, float, str]:
    if cell.complaints is None:
        return "–", 0.06, ink.soft
    return f"{round(100 * cell.complaints)}%", 0.08 + 0.62 * cell.complaints, ink.worse


def _volume(cell: StageCell, cells: tuple[StageCell, ...], ink: Ink) -> tuple[str, float, str]:
    most = max(other.count for other in cells) or 1
    return f"{cell.count:,}", 0.08 + 0.52 * cell.count / most, ink.main


def _targets(cell: StageCell, cells: tuple[StageCell, ...], ink: Ink) -> tuple[str, float, str]:
    if not cell.judged:
        return "–", 0.06, ink.soft
    missed = 1 - cell.met / cell.judged
    return f"{cell.met} of {cell.judged}", 0.3, ink.worse if missed > 0 else ink.better


def mixed(ground: str, colour: str, weight: float) -> tuple[float, float, float]:
    """Return a colour laid over the ground with this weight (0..1)."""
    from matplotlib.colors import to_rgb

    under, over = to_rgb(ground), to_rgb(colour)
    red, green, blue = (u * (1 - weight) + o * weight for u, o in zip(under, over, strict=True))
    return red, green, blue


def _on(ink: Ink, weight: float) -> str:
    """Return the colour of text that can be read on such a ground."""
    return "#ffffff" if ink is LIGHT and weight > 0.6 else ink.text
