"""Lists go on where they stopped, without repeating, to their end; and all themes can be listed."""

from dataclasses import replace

import pytest

from tests.assistant.answers import world


@pytest.mark.parametrize(
    "text", ["top 2 pain points", "show me 3 quotes about the box", "3 quotes from premium customers"]
)
def test_more_shows_what_was_not_shown_yet_until_nothing_is_left(analyst, text):
    question = analyst.understand(text, as_of=world.AS_OF)
    seen, shown = [], None
    for _ in range(60):
        answer = analyst.answer_question(question, as_of=world.AS_OF)
        if answer.abstained:
            break
        shown = [quote.row for quote in answer.evidence] if question.intent == "quotes" else [
            finding.theme_id for finding in answer.claims]  # fmt: skip
        assert shown
        assert not set(shown) & set(seen)
        seen += shown
        question = replace(question, text=f"{question.text} +", skip=question.skip + question.limit)
    assert answer.reason == "no_more"
    assert len(seen) > question.limit


def test_the_next_pain_points_are_not_called_the_worst(analyst):
    question = replace(analyst.understand("top 1 pain points", as_of=world.AS_OF), skip=1)
    assert analyst.answer_question(question, as_of=world.AS_OF).headline.startswith("Next")


def test_all_themes_are_listed_by_size(ask):
    answer = ask("list all themes")
    sizes = [finding.numbers["count"] for finding in answer.claims if finding.kind == "theme"]
    assert len(sizes) == len(world.NAMES)
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("text", ["thanks!", "thank you very much", "Great, thanks"])
def test_thanks_are_answered_in_kind(ask, text):
    assert ask(text).headline == "You are welcome."


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("show me more", "goes on from something"),
        ("why?", "goes on from something"),
        ("compare", "Compare what?"),
        ("performance?", "Of what?"),
    ],
)
def test_a_question_that_lacks_its_subject_is_asked_back_with_choices(ask, text, headline):
    answer = ask(text)
    assert (answer.abstained, answer.reason) == (True, "ambiguous")
    assert headline in answer.headline
    assert len(answer.follow_ups) >= 2
    assert not ask(answer.follow_ups[0]).abstained


def test_what_is_not_about_a_subject_is_counted_without_it(ask):
    every, other = ask("how many complaints are there?"), ask("how many complaints are not about late delivery?")
    assert other.question.not_about == ("late delivery",)
    assert 0 < other.claims[0].numbers["count"] < every.claims[0].numbers["count"]
    assert not other.dropped
