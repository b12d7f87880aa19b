"""Chart -> text: a small chart for the terminal (`plain`), and words that stand in for a picture (`alt`)."""

from collections.abc import Sequence

from assistant.rendering.charts import Bar, Bars, Chart, Dot, Funnel, StageCell, Strip, Trend
from assistant.rendering.text import inert

_BLOCKS = " ▏▎▍▌▋▊▉█"
_SPARKS = "▁▂▃▄▅▆▇█"

ALT_LIMIT = 2000
"""Slack's limit of an image's alt text, in characters."""


def figure(value: float, unit: str) -> str:
    """Write a value with its unit: `62.4%`, `3.95`, `12 hours`."""
    digits = 1 if unit == "%" else 2
    text = f"{abs(value):,.{digits}f}".rstrip("0").rstrip(".")
    text = f"−{text}" if value < 0 and text.strip("0.,") else text
    if unit == "%":
        return f"{text}%"
    return f"{text} {unit}" if unit else text


def share_of(part: int, whole: int) -> str:
    """Write a share: `18%`; `under 1%` where it is not none, `over 99%` where it is not all."""
    if not whole:
        return "–"
    share = part / whole
    if 0 < share < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 < share < 1 else f"{round(100 * share)}%"


def bar_text(share: float, width: int) -> str:
    """Return a bar of block characters, `width` cells long where the share is 1; eighths of a cell count."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    return "█" * (eighths // 8) + (_BLOCKS[eighths % 8] if eighths % 8 else "")


def spark(values: Sequence[float | None]) -> str:
    """Return a line of small columns, lowest value lowest; a blank where nothing was measured."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    reach = high - low
    return "".join(
        " " if v is None else _SPARKS[round((v - low) / reach * (len(_SPARKS) - 1)) if reach else 3] for v in values
    )


def plain(chart: Chart) -> str:
    """Return the chart for a terminal, 80 columns wide, its title first."""
    return "\n".join([inert(chart.title), "", *_body(chart), *(["", inert(chart.note)] if chart.note else [])])


def alt(chart: Chart) -> str:
    """Return what the picture shows, in words, within Slack's limit of an alt text."""
    text = f"{inert(chart.title).rstrip('.')}. {' '.join(_told(chart))}".strip()
    return text if len(text) <= ALT_LIMIT else f"{text[: ALT_LIMIT - 1]}…"


def _body(chart: Chart) -> list[str]:
    if isinstance(chart, Trend):
        return _trend(chart)
    if isinstance(chart, Bars):
        return _bars(chart)
    if isinstance(chart, Funnel):
        return _funnel(chart)
    return _strip(chart)


_WIDTH = 40


def _trend(chart: Trend) -> list[str]:
    values = [dot.value for dot in chart.dots]
    lines = [f"  {spark(values)}"] if len(values) > 1 else []
    drawn = [v for v in (*values, chart.target) if v is not None]
    low, high = min([0.0, *drawn]), max(drawn, default=1.0)
    reach = (high - low) or 1.0
    room = max((len(dot.label) for dot in chart.dots), default=0)
    for dot in chart.dots:
        bar = "" if dot.value is None else bar_text((dot.value - low) / reach, _WIDTH)
        lines.append(f"  {dot.label:<{room}}  {bar:<{_WIDTH}} {_dot(dot, chart.unit)}")
    if chart.target is not None:
        lines.append(f"  {'target':<{room}}  {'':<{_WIDTH}} {figure(chart.target, chart.unit)}")
    return lines


def _dot(dot: Dot, unit: str) -> str:
    if dot.value is None:
        return "no value"
    interval = ""
    if dot.low is not None and dot.high is not None:
        word = unit if unit == "%" else ""
        interval = f" ({figure(dot.low, word)} to {figure(dot.high, word)})"
    return f"{figure(dot.value, unit)}{interval}"


def _bars(chart: Bars) -> list[str]:
    most = max((bar.count for bar in chart.bars), default=1) or 1
    lines = []
    for bar in chart.bars:
        dark = bar_text(bar.part / most, _WIDTH)
        light = "░" * max(0, round(bar.count / most * _WIDTH) - len(dark))
        lines += [f"  {inert(bar.label)}{_moved(bar)}", f"  {dark}{light} {_of(bar, chart)}"]
    return lines


def _of(bar: Bar, chart: Bars) -> str:
    return f"{bar.part:,} {chart.part} in {bar.count:,} {chart.whole}"


def _moved(bar: Bar) -> str:
    return f" ({bar.moved})" if bar.moved else ""


def _funnel(chart: Funnel) -> list[str]:
    most = max((step.count for step in chart.steps), default=1) or 1
    room = max((len(inert(step.label)) for step in chart.steps), default=0)
    lines = []
    for place, step in enumerate(chart.steps):
        bar = bar_text(step.count / most, _WIDTH)
        lines.append(f"  {inert(step.label):<{room}}  {bar:<{_WIDTH}} {step.count:,}{_passed(chart, place)}")
    return lines


def _passed(chart: Funnel, place: int, lead: str = "  ", of: str = "") -> str:
    step = chart.steps[place]
    if not place:
        return ""
    time = f", {step.time}" if step.time else ""
    return f"{lead}{share_of(step.count, chart.steps[place - 1].count)}{of}{time}"


def _strip(chart: Strip) -> list[str]:
    room = max((len(inert(cell.label)) for cell in chart.stages), default=0)
    lines = [f"  {spark([cell.sentiment for cell in chart.stages])}"] if len(chart.stages) > 1 else []
    most = max((cell.count for cell in chart.stages), default=1) or 1
    for cell in chart.stages:
        bar = bar_text(cell.count / most, _WIDTH // 2)
        lines.append(f"  {inert(cell.label):<{room}}  {bar:<{_WIDTH // 2}} {_cell(cell)}")
    return lines


def _cell(cell: StageCell) -> str:
    parts = [f"{cell.count:,} pieces"]
    if cell.complaints is not None:
        parts.append(f"{round(100 * cell.complaints)}% complaints")
    if cell.sentiment is not None:
        parts.append(f"sentiment {signed(cell.sentiment)}")
    if cell.judged:
        parts.append(f"{cell.met} of {cell.judged} targets met")
    return ", ".join(parts)


def signed(value: float) -> str:
    """Write a sentiment with its sign: `+0.12`, `−0.35`."""
    near = round(value, 2)
    return f"{'+' if near > 0 else '−' if near < 0 else ''}{abs(near):.2f}"


def _told(chart: Chart) -> list[str]:
    if isinstance(chart, Trend):
        aim = [f"Target: {figure(chart.target, chart.unit)}."] if chart.target is not None else []
        return [f"{dot.label}: {_dot(dot, chart.unit)}." for dot in chart.dots] + aim
    if isinstance(chart, Bars):
        return [f"{inert(bar.label)}: {_of(bar, chart)}{_moved(bar)}." for bar in chart.bars]
    if isinstance(chart, Funnel):
        passed = [_passed(chart, place, ", ", " of the step before") for place in range(len(chart.steps))]
        return [f"{inert(s.label)}: {s.count:,}{more}." for s, more in zip(chart.steps, passed, strict=True)]
    return [f"{inert(cell.label)}: {_cell(cell)}." for cell in chart.stages]
