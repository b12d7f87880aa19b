"""Before a team imports its map, the stages of the general one can be asked about, the empty ones too."""

from datetime import UTC, date, datetime

import pytest

from assistant.answers.analyst import Analyst
from knowledge.feedback import Feedback
from knowledge.journey import JourneyMap, Stage
from knowledge.pipeline import derive
from knowledge.store import open_store, prepare
from knowledge.templates import template

OWN = JourneyMap(id="m", name="A shop", stages=(Stage(id="boarding", name="Boarding"),))


@pytest.fixture
def staged(tmp_path, toy):
    def analyst(journey, stage):
        path = tmp_path / f"{stage}.db"
        prepare(path)
        with open_store(path) as store:
            at = datetime(2026, 3, 2, tzinfo=UTC)
            store.feedback.upsert(
                [Feedback(id=f"{i}", text=f"late box {i}", source="m", at=at, stage=stage) for i in range(9)]
            )
            derive(store, toy, journey, at=at)
        return Analyst(path, toy)

    return analyst


def test_an_empty_stage_of_the_general_map_is_said_to_be_empty(staged):
    answer = staged(template("default"), "use").answer("how is onboarding doing?", as_of=date(2026, 4, 1))
    assert answer.question.stages == ("onboarding",)
    assert answer.reason == "no_feedback_in_stage"


def test_stages_that_a_source_gave_are_not_mixed_with_those_of_the_general_map(staged):
    analyst = staged(OWN, "boarding")
    assert analyst.understand("how is boarding doing?", as_of=date(2026, 4, 1)).stages == ("boarding",)
    assert analyst.understand("how is advocacy doing?", as_of=date(2026, 4, 1)).stages == ()
