"""What goes with the rating, over the small company: ranked where it can be told, association said so."""

import pytest

from assistant.answers.driving import asked
from assistant.questions.question import Question
from tests.assistant.answers import world


@pytest.fixture
def put(analyst):
    def ask(text, **slots):
        return analyst.answer_question(Question(text=text, intent="drivers", **slots), as_of=world.AS_OF)

    return ask


def test_what_drives_a_rating_is_told_apart_from_why_a_metric_moved():
    def question(text, *metrics):
        return Question(text=text, intent="drivers", metrics=metrics)

    assert asked(question("what drives CSAT?", "csat"))
    assert asked(question("what affects our ratings most?"))
    assert not asked(question("why did CSAT drop?", "csat"))
    assert not asked(question("what drives conversion?", "conversion"))
    assert not asked(question("what is behind the complaints?"))


def test_themes_are_ranked_by_what_they_cost_with_intervals_and_the_mean_without_them(put):
    answer = put("what drives the rating?")
    assert answer.headline.startswith("What goes with a lower rating, by what it costs:")
    low = [f for f in answer.claims if f.kind == "theme" and f.numbers["effect"] < 0]
    assert low
    for found in low:
        assert found.numbers["effect_low"] < found.numbers["effect"] < found.numbers["effect_high"] < 0
        assert found.numbers["score_without"] == pytest.approx(
            answer.findings[0].numbers["score"] + found.numbers["gain"]
        )
    assert any("With a higher rating go" in line for line in answer.lines)
    assert not answer.dropped


def test_it_says_that_it_is_association(put):
    assert any("What goes together is not cause and effect" in caveat for caveat in put("what drives ratings?").caveats)


def test_too_few_ratings_are_said_to_be_too_few(put):
    answer = put("what drives ratings?", stages=("onboarding",))
    assert "can't be told from 33 rated pieces" in answer.headline
    assert not [f for f in answer.claims if f.kind == "theme"]
