"""Pictures and their text twins: the same bytes for the same chart, readable on both grounds, safe with any words."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from assistant.rendering.charts import Bar, Bars, Dot, Funnel, StageCell, Step, Strip, Trend
from assistant.rendering.charts_png import draw
from assistant.rendering.charts_style import DARK, LIGHT, cut, width_of, wrapped
from assistant.rendering.text_chart import ALT_LIMIT, alt, bar_text, plain, spark

TREND = Trend(
    title="CSAT is up", unit="of 5", target=4.2, bounds=(1, 5),
    dots=(Dot(label="Jan 2026", value=3.8, low=3.6, high=4.0, n=120), Dot(label="Feb 2026", value=None),
          Dot(label="Mar 2026", value=4.4)),
)  # fmt: skip
BARS = Bars(
    title="What hurts",
    bars=(Bar(label="late box", count=40, part=31, moved="▲ rising", way="worse"), Bar(label="app", count=12, part=2)),
)
FUNNEL = Funnel(
    title="Half get through", steps=(Step(label="Start", count=200), Step(label="End", count=100, time="2 days"))
)
STRIP = Strip(
    title="Purchase hurts",
    stages=(StageCell(label="Purchase", count=7, sentiment=-0.4, complaints=0.7, met=1, judged=2),
            StageCell(label="Use", count=0)),
)  # fmt: skip
CHARTS = [TREND, BARS, FUNNEL, STRIP]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda c: type(c).__name__)
@pytest.mark.parametrize("dark", [False, True])
def test_a_picture_is_twice_600_wide_on_its_ground_and_the_same_each_time(chart, dark):
    png = draw(chart, dark=dark)
    image = Image.open(io.BytesIO(png)).convert("RGB")
    assert image.width == 1200
    assert image.getpixel((2, 2)) == _rgb((DARK if dark else LIGHT).ground)
    assert len(image.getcolors(1 << 24) or []) > 20, "something is drawn on it"
    assert draw(chart, dark=dark) == png


def test_another_value_makes_another_picture():
    other = Trend(title=TREND.title, unit=TREND.unit, target=4.2, bounds=(1, 5), dots=TREND.dots[:2])
    assert draw(other) != draw(TREND)


@pytest.mark.parametrize(
    "chart",
    [Trend(title="", dots=()), Trend(title="one", dots=(Dot(label="x", value=3.0, low=2.0, high=4.0),)),
     Bars(title="none", bars=()), Funnel(title="none", steps=()), Strip(title="none", stages=()),
     Trend(title="flat", dots=(Dot(label="a", value=0.0), Dot(label="b", value=0.0)), bounds=(0, 100), unit="%"),
     Funnel(title="nobody", steps=(Step(label="a", count=0), Step(label="b", count=0))),
     Strip(title="many", stages=tuple(StageCell(label=f"Stage number {i}", count=i) for i in range(14)))],
    ids=lambda c: c.title or "empty",
)  # fmt: skip
def test_charts_of_little_or_much_are_drawn_too(chart):
    assert draw(chart).startswith(b"\x89PNG")
    assert plain(chart)
    assert alt(chart)


HOSTILE = st.text(min_size=1, max_size=80)


@settings(max_examples=15)
@given(words=HOSTILE)
def test_any_words_can_be_drawn_and_steer_nothing(words):
    bars = Bars(title=words, bars=(Bar(label=words, count=2, part=1), Bar(label=f"${words}$", count=1, part=1)))
    assert draw(bars).startswith(b"\x89PNG")
    assert "\x1b" not in plain(bars) + alt(bars)


def test_formulas_and_markup_in_names_are_shown_as_they_stand():
    price = Bars(title=r"$\frac{1}{0}$ ^_ {", bars=(Bar(label="costs $5 and $6", count=2, part=1),))
    assert draw(price).startswith(b"\x89PNG")
    assert "costs $5 and $6" in alt(price)


@pytest.mark.parametrize("ink", [LIGHT, DARK], ids=["light", "dark"])
def test_words_and_marks_stand_out_from_the_ground(ink):
    """WCAG 2.2: 4.5 to 1 for text, 3 to 1 for what is drawn."""
    for colour in (ink.text, ink.soft, ink.better, ink.worse, ink.target):
        assert _contrast(colour, ink.ground) >= 4.5, colour
    assert _contrast(ink.main, ink.ground) >= 3


# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
_BLIND = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


@pytest.mark.parametrize("ink", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("kind", _BLIND)
def test_better_and_worse_differ_for_people_who_see_fewer_colours(ink, kind):
    seen = [[sum(m * c for m, c in zip(row, _linear(colour), strict=True)) for row in _BLIND[kind]]
            for colour in (ink.better, ink.worse)]  # fmt: skip
    assert sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5 > 0.2


def test_the_text_twin_holds_every_value_that_is_drawn():
    assert alt(TREND) == (
        "CSAT is up. Jan 2026: 3.8 of 5 (3.6 to 4). Feb 2026: no value. Mar 2026: 4.4 of 5. Target: 4.2 of 5."
    )
    assert (
        alt(BARS) == "What hurts. late box: 31 complaints in 40 mentions (▲ rising). app: 2 complaints in 12 mentions."
    )
    assert alt(FUNNEL) == "Half get through. Start: 200. End: 100, 50% of the step before, 2 days."
    assert "Purchase: 7 pieces, 70% complaints, sentiment −0.40, 1 of 2 targets met." in alt(STRIP)


def test_an_alt_text_keeps_within_slacks_limit():
    many = Trend(title="long", dots=tuple(Dot(label=f"day {i}", value=float(i)) for i in range(500)))
    assert len(alt(many)) == ALT_LIMIT


def test_bars_of_text_are_as_long_as_their_share():
    assert bar_text(1, 10) == "█" * 10
    assert bar_text(0.5, 10) == "█" * 5
    assert bar_text(0, 10) == ""
    assert bar_text(1 / 16, 2) == "▏"


def test_a_spark_line_rises_with_its_values_and_leaves_gaps():
    assert spark([0.0, None, 7.0]) == "▁ █"
    assert spark([2.0, 2.0]) == "▄▄"
    assert spark([]) == ""


@given(st.text(max_size=200), st.integers(5, 60))
def test_wrapped_and_cut_texts_keep_within_their_width(text, most):
    assert width_of(cut(text, most)) <= most
    assert all(width_of(line) <= most for line in wrapped(text, most))


def _rgb(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))  # type: ignore[return-value]


def _linear(colour: str) -> list[float]:
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _rgb(colour))]


def _luminance(colour: str) -> float:
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), _linear(colour), strict=True))


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
