"""Sides of a comparison: one against everybody else, most by number, and words that name several values."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.answers.sides import around, label
from assistant.answers.verify import verify
from tests.assistant.answers import world


def test_one_value_is_compared_with_everybody_else(ask):
    answer = ask("compare premium")
    assert not answer.dropped
    assert "premium and everybody else" in answer.headline
    one, rest = (finding for finding in answer.claims if finding.test == "shares")
    assert set(one.rows) & set(rest.rows) == set()
    assert len(one.rows) + len(rest.rows) == sum(map(sum, (plan[2] for plan in world.PLAN.values()))) + 2


def test_a_rest_that_is_not_the_rest_is_caught(ask, store):
    answer = ask("compare premium")
    index = next(i for i, finding in enumerate(answer.findings) if finding.scope and finding.scope.without)
    wrong = answer.findings[index].scope.on(without={"plan": ("basic",)})
    forged = replace(answer.findings[index], scope=wrong)
    findings = (*answer.findings[:index], forged, *answer.findings[index + 1 :])
    assert verify(replace(answer, findings=findings), store).dropped


def test_sides_share_no_period_that_is_not_the_same(ask):
    answer = ask("compare Q2 2026 with Q3 2026 in use")
    found = [finding for finding in answer.claims if finding.test == "shares"]
    assert [label(finding, _Names()) for finding in found] in (["Q2 2026", "Q3 2026"], ["Q3 2026", "Q2 2026"])
    assert around(found[0], _Names()) == " in use"


class _Names:
    def stage(self, stage):
        return stage


def test_whether_a_topic_recurs_is_told_by_the_months_in_which_it_was_complained_about(ask):
    answer = ask("is late delivery a recurring issue?")
    assert not answer.dropped
    often = ask("is the tablet a recurring issue?")
    assert not often.dropped
    assert often.headline.startswith("Tablet comes up")
    assert "in 1 of" in often.headline


def test_what_customers_speak_of_is_asked_about_without_a_word_of_feedback(ask):
    answer = ask("tell me about the tablet")
    assert answer.question.intent == "quotes"
    assert not answer.abstained
    assert all("tablet" in quote.quote for quote in answer.evidence[:2])
    assert ask("tell me about zeppelins").abstained


def test_a_value_of_a_metric_that_came_later_was_not_known_yet(ask):
    later, then = ask("what is csat in onboarding?"), ask("what is csat in onboarding?", date(2026, 3, 15))
    assert later.findings[0].numbers["last"] == "2026-11-01"
    assert then.findings[0].numbers["value"] == pytest.approx(4.2)
    year = ask("what was csat in onboarding in 2026?", date(2026, 3, 15))
    assert year.findings[0].numbers["values"] == 2
    assert ask("what was conversion in onboarding in August 2026?", date(2026, 3, 15)).abstained
