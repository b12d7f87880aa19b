"""From a verified answer to its chart: every number that is drawn is one that the answer or its metric holds."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from assistant.rendering.charts import Bars, Strip, Trend
from assistant.rendering.charts_from import chart_for, chart_of


def test_pains_become_bars_with_the_numbers_of_the_findings(ask, store):
    answer = ask("what hurts customers?")
    chart = chart_of(answer, store)
    assert isinstance(chart, Bars)
    assert chart.title == answer.headline
    themes = [f for f in answer.claims if f.kind == "theme"]
    assert [(bar.label, bar.count, bar.part) for bar in chart.bars] == [
        (f.name, f.numbers["count"], f.numbers["complaints"]) for f in themes
    ]


def test_a_rise_of_complaints_is_worse_and_a_rise_of_praise_better(ask, store):
    chart = chart_of(ask("what hurts customers?"), store)
    assert {bar.way for bar in chart.bars if "▲" in bar.moved} == {"worse"}


def test_a_course_is_drawn_as_shares_with_their_months(ask, store):
    answer = ask("how has late delivery changed over time?")
    chart = chart_of(answer, store)
    assert isinstance(chart, Trend)
    series = next(f.series for f in answer.findings if f.series)
    assert [dot.value for dot in chart.dots] == pytest.approx([100 * n / of for _, n, of in series])
    assert all(dot.low <= dot.value <= dot.high for dot in chart.dots)


def test_a_metric_is_drawn_in_the_order_of_time_with_its_target(ask, store):
    answer = ask("what was CSAT in onboarding?")
    chart = chart_of(answer, store)
    assert isinstance(chart, Trend)
    points = sorted(store.metrics.points("csat", "onboarding"), key=lambda p: p.period.start)
    assert [dot.value for dot in chart.dots] == pytest.approx([p.value for p in points if not p.segments])
    assert chart.target == answer.claims[0].numbers["target"]


def test_stages_become_a_strip_in_the_order_of_the_map(ask, store):
    chart = chart_of(ask("how are the stages performing?"), store)
    assert isinstance(chart, Strip)
    assert chart.stages[0].label == "Onboarding"
    assert all(cell.met <= cell.judged for cell in chart.stages)


@pytest.mark.parametrize("question", ["what can you do?", "what about the moon?", "how many complaints in May?"])
def test_where_nothing_can_be_drawn_there_is_no_chart(ask, store, question):
    assert chart_for(ask(question), store) is None


def test_the_surfaces_get_a_png_and_its_alt_text(ask, store):
    png, alt = chart_for(ask("what hurts customers?"), store, dark=True)
    assert Image.open(io.BytesIO(png)).width == 1200
    assert "late delivery" in alt


def test_a_metric_on_which_two_claims_rest_counts_once(ask, store):
    answer = ask("how are the stages performing?")
    twice = replace(answer, findings=(*answer.findings, *(f for f in answer.findings if f.kind == "metric")))
    assert chart_of(twice, store).stages == chart_of(answer, store).stages
