"""The sample company, imported with the real model: each planted story is found by the question a manager would ask."""

from datetime import date

import pytest

from assistant.answers.analyst import Analyst
from assistant.cli.demo import load_sample
from assistant.settings import Settings
from knowledge.embedding import load_embedder
from knowledge.sample import stories

pytestmark = pytest.mark.model

AS_OF = date(2026, 11, 1)


@pytest.fixture(scope="module")
def analyst(tmp_path_factory):
    settings = Settings(db=str(tmp_path_factory.mktemp("sample") / "sample.db"))
    load_sample(settings, quiet=True)
    return Analyst(settings.db_path, load_embedder())


@pytest.fixture
def told(analyst):
    """Answer the question of a story, and return the answer and its whole text."""

    def tell(story_id, question=None):
        story = next(story for story in stories() if story.id == story_id)
        answer = analyst.answer(question or story.question, as_of=AS_OF)
        assert not answer.abstained, answer.headline
        assert not answer.dropped, "the truth gate had something to drop"
        return answer, " ".join([answer.headline, *answer.lines]).lower()

    return tell


def test_the_spike_heads_the_pains_of_its_month(told):
    answer, text = told("double-charge")
    worst = answer.findings[0]
    assert worst.numbers["complaints"] >= 25
    assert worst.change == "rising"
    assert any("twice" in quote.quote.lower() or "double" in quote.quote.lower() for quote in answer.evidence), text


def test_what_was_mended_is_told_as_gone_quiet(told):
    answer, text = told("activation-code")
    assert answer.findings[0].name == "activation code", "of two bare words and a phrase for both, the phrase names it"
    assert answer.findings[0].change == "falling"
    assert "falling" in text


def test_what_creeps_up_is_told_as_rising(told):
    answer, text = told("missing-ingredients")
    rising = [f.name for f in answer.findings if f.theme_id and f.change == "rising"]
    assert any("missing" in name for name in rising), text


def test_what_returned_is_told_as_back_after_quiet(told):
    _, text = told("skipped-week")
    assert "skip" in text
    assert "back after quiet" in text


def test_what_is_new_is_told_as_rising_of_late(told):
    answer, text = told("recipe-cards")
    assert any("recipe card" in f"{f.name}".lower() or "qr code" in f"{f.name}".lower() for f in answer.findings), text
    assert "rising" in text or "new" in text


def test_a_metric_that_falls_stands_beside_the_praise_that_rises(told):
    _, text = told("warm-welcome")
    assert "activation" in text
    assert "falling over the last year" in text
    assert "praised: welcome" in text or "praised: guide" in text, text


def test_what_nobody_sells_is_refused_with_what_there_is(analyst):
    answer = analyst.answer("what do enterprise customers say about delivery?", as_of=AS_OF)
    assert answer.abstained
    assert "enterprise" in answer.headline
    assert any(plan in answer.headline for plan in ("solo", "couple", "family"))


@pytest.mark.parametrize("text", ["who won the match yesterday?", "write me a poem about soup", "asdf qwer"])
def test_what_is_no_question_about_customers_is_refused(analyst, text):
    assert analyst.answer(text, as_of=AS_OF).abstained
