"""The one style of all pictures: colours for light and dark grounds, fonts, and a sheet with title and note.

Colours are from the palette of Okabe and Ito (2008), which people with any usual kind of colour vision can tell apart;
nothing is told by colour alone. A picture is 600 points of Slack wide at twice the pixels.
"""

import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.rendering.charts import Way
from assistant.rendering.text import inert

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 6.0
"""Inches; with `DPI` it makes 1,200 pixels, shown at 600."""
DPI = 200

SMALL, NORMAL, LARGE = 8.5, 9.5, 11.5
"""Sizes of text in points: at 600 pixels 12, 13 and 16 pixels high."""


@dataclass(frozen=True, kw_only=True)
class Ink:
    """The colours of one ground."""

    ground: str
    text: str
    soft: str
    grid: str
    main: str
    pale: str
    better: str
    worse: str
    target: str

    def way(self, way: Way) -> str:
        """Return the colour of a judged movement."""
        return {"better": self.better, "worse": self.worse}.get(way, self.soft)


LIGHT = Ink(
    ground="#ffffff", text="#1d1c1d", soft="#5f5e60", grid="#e4e4e6", main="#0072b2", pale="#b9d8ea",
    better="#0072b2", worse="#c04e00", target="#8a5a00",
)  # fmt: skip
DARK = Ink(
    ground="#1a1d21", text="#e8e8e8", soft="#a9abad", grid="#3a3d42", main="#56b4e9", pale="#2b5670",
    better="#56b4e9", worse="#f0883e", target="#e6b84a",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A figure with its title set: draw on `axes`, `body` inches high, then `png`."""

    figure: "Figure"
    axes: "Axes"
    ink: Ink
    fonts: tuple[str, ...]

    def write(self, x: float, y: float, text: str, **look: Any) -> None:  # noqa: ANN401
        """Write text at a point of the axes, as it stands: a dollar sign begins no formula."""
        look.setdefault("color", self.ink.text)
        look.setdefault("fontsize", NORMAL)
        look.setdefault("va", "center")
        self.axes.text(x, y, shown(text), family=self.fonts, parse_math=False, **look)

    def png(self) -> bytes:
        """Return the picture in 256 colours, a third of the bytes; the same chart gives the same bytes."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from PIL import Image

        canvas = FigureCanvasAgg(self.figure)
        self.figure.set_dpi(DPI)
        canvas.draw()
        drawn = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
        held = io.BytesIO()
        drawn.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(held, format="PNG", optimize=True)
        return held.getvalue()


_LINE, _EDGE = 0.21, 0.16


def sheet(
    title: str, note: str, body: float, ink: Ink, texts: Iterable[str], *, left: float = 0.0, under: float = 0.0
) -> Sheet:
    """Return an empty sheet with title and note. All lengths are in inches.

    `body` is the height of the axes, `left` and `under` are their margins on the left and below. `texts` are all that
    will be written on it: their letters decide the fonts.
    """
    from matplotlib.figure import Figure

    fonts = fonts_for([title, note, *texts])
    titles, notes = wrapped(title, 56), wrapped(note, 84)
    top = _EDGE + _LINE * len(titles) + 0.1
    bottom = _EDGE + 0.165 * len(notes) + (0.06 if notes else 0.0) + under
    height = top + body + bottom
    figure = Figure(figsize=(WIDTH, height), facecolor=ink.ground)
    look: dict[str, Any] = {"family": fonts, "parse_math": False, "va": "top", "ha": "left"}
    for place, line in enumerate(titles):
        y = 1 - (_EDGE + _LINE * place) / height
        figure.text(_EDGE / WIDTH, y, line, fontsize=LARGE, fontweight="bold", color=ink.text, **look)
    for place, line in enumerate(reversed(notes)):
        y = (_EDGE + 0.165 * (place + 1) - 0.03) / height
        figure.text(_EDGE / WIDTH, y, line, fontsize=SMALL, color=ink.soft, **look)
    margin = (_EDGE + left) / WIDTH
    axes = figure.add_axes((margin, bottom / height, 1 - margin - _EDGE / WIDTH, body / height))
    axes.set_facecolor(ink.ground)
    return Sheet(figure=figure, axes=axes, ink=ink, fonts=fonts)


def bare(axes: "Axes") -> None:
    """Take away frame, ticks and labels."""
    axes.set_axis_off()


def shown(text: str) -> str:
    """Return words of a stranger as they may be drawn: on one line, nothing that steers."""
    return inert(text)


def width_of(text: str) -> int:
    """Return the width of a text in letters; wide ones count twice."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def cut(text: str, most: int) -> str:
    """Return the text in at most so many letters, with `…` where it was longer."""
    text = shown(text)
    if width_of(text) <= most:
        return text
    while text and width_of(text) > most - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def wrapped(text: str, most: int) -> list[str]:
    """Return the text in lines of at most so many letters, four at most; no line for an empty text."""
    lines: list[str] = []
    for word in shown(text).split():
        if lines and width_of(f"{lines[-1]} {word}") <= most:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(cut(word, most))
    if len(lines) > 4:
        return [*lines[:3], cut(" ".join(lines[3:]), most)]
    return lines


_ALWAYS = "DejaVu Sans"
_OTHERS = (
    "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans", "Noto Sans Arabic", "Noto Sans Devanagari", "Noto Sans Thai",
    "Noto Sans Hebrew", "Arial Unicode MS", "Hiragino Sans", "PingFang SC", "Microsoft YaHei", "Yu Gothic",
    "Malgun Gothic", "Segoe UI", "WenQuanYi Zen Hei", "Droid Sans Fallback",
)  # fmt: skip


def fonts_for(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the font that comes with matplotlib, and fonts of this machine where it lacks a letter.

    So a picture in Latin, Greek or Cyrillic letters is the same everywhere.
    """
    from matplotlib import font_manager

    drawn = font_manager.get_font(font_manager.findfont(_ALWAYS))
    if not any(ord(c) not in drawn.get_charmap() for text in texts for c in shown(text)):
        return (_ALWAYS,)
    here = {font.name for font in font_manager.fontManager.ttflist}
    return (_ALWAYS, *(name for name in _OTHERS if name in here))
