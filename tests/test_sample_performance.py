"""The sample company with the real model: its stories are found by the questions that a manager asks about metrics."""

from datetime import UTC, date, datetime

import pytest

from assistant.answers.analyst import Analyst
from assistant.cli.demo import load_sample
from assistant.settings import Settings
from knowledge.embedding import load_embedder
from knowledge.store import open_store

pytestmark = pytest.mark.model

AS_OF = date(2026, 11, 1)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    settings = Settings(db=str(tmp_path_factory.mktemp("sample") / "sample.db"))
    load_sample(settings, quiet=True)
    with open_store(settings.db_path) as store:
        for words, on in (("activation code", date(2026, 4, 20)), ("skipped", date(2026, 2, 7))):
            theme = max((t for t in store.themes.all() if words in t.name), key=lambda t: t.size)
            store.fixes.add(theme.id, on, actor="Ann", at=datetime(2026, 10, 1, tzinfo=UTC))
    return settings.db_path


@pytest.fixture
def told(company):
    analyst = Analyst(company, load_embedder())

    def tell(question):
        answer = analyst.answer(question, as_of=AS_OF)
        assert not answer.abstained, answer.headline
        assert not answer.dropped, "the truth gate had something to drop"
        return answer, " ".join([answer.headline, *answer.lines])

    return tell


def test_the_month_of_double_charges_is_a_drop_with_its_candidate(told):
    answer, text = told("why did CSAT drop in July?")
    assert answer.headline.startswith("CSAT in Purchase fell in July 2026: 3.51 of 5")
    moved = [f for f in answer.claims if f.kind == "theme"]
    assert moved
    assert moved[0].change in ("rising", "new"), text
    assert any("twice" in quote.quote or "double" in quote.quote.lower() for quote in answer.evidence), text


def test_what_did_not_drop_is_said_not_to_have(told):
    answer, text = told("why did CSAT drop in onboarding in October?")
    assert "did not fall in October 2026" in answer.headline
    assert "over a longer time it rose" in text


def test_what_grew_in_use_is_a_candidate_for_its_falling_csat(told):
    answer, text = told("why is CSAT falling in use?")
    assert answer.headline.startswith("CSAT in Use fell over the last year")
    moved = [str(f.name) for f in answer.claims if f.kind == "theme" and f.change == "rising"]
    assert any(word in name for name in moved for word in ("missing", "recipe card", "QR code")), text


def test_the_creeping_story_is_found_by_asking_what_gets_worse(told):
    answer, text = told("what is getting worse in use?")
    assert any("missing" in str(f.name) and f.change == "rising" for f in answer.claims), text


def test_a_metric_that_falls_while_praise_grows_is_pointed_out(told):
    _, text = told("how is onboarding doing?")
    assert "speaks against it: Activation misses its target" in text.replace("Speaks", "speaks")
    assert "Activation got worse while" in text
    assert "Look at next: Activation in Onboarding (short of its target, getting worse)" in text


def test_what_was_mended_is_judged_to_have_worked(told):
    answer, text = told("did the fix for the activation code work?")
    assert answer.headline.startswith("Yes: activation code has become rarer in Onboarding since 20 April 2026"), text


def test_what_came_back_is_judged_to_have_come_back(told):
    answer, text = told("did the fix for the skipped week work?")
    assert "came back" in answer.headline, text


def test_the_stage_that_nobody_speaks_of_is_named(told):
    _, text = told("which stages are silent?")
    assert "Awareness is silent for its traffic" in text


def test_what_goes_with_a_lower_rating_is_named_with_its_interval(told):
    answer, text = told("what drives satisfaction?")
    costly = [f for f in answer.claims if f.kind == "theme" and f.numbers["effect"] < 0]
    assert any("activation" in str(f.name) or "missing" in str(f.name) for f in costly), text
