"""Replies: whatever goes wrong, the asker gets words that help, and nothing that was meant for the log."""

import logging
from datetime import date

import pytest

from assistant.answers.answer import Answer
from assistant.questions.question import Question
from assistant.replies import QUESTION_MAX, Replies
from knowledge.errors import NotFound

TODAY = date(2026, 11, 21)


class Recorder:
    """Notes what it is asked, and answers or raises as told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.calls: list[tuple[str, date]] = []
        self._error = error

    def answer(self, text: str, *, as_of: date) -> Answer:
        self.calls.append((text, as_of))
        if self._error:
            raise self._error
        return Answer(question=Question(text=text, intent="help"), headline="Ask away.")


def reply(analyst: Recorder, text: str) -> Answer:
    return Replies(analyst).reply(text, asker="U1", thread=None, today=TODAY)


def test_the_analyst_gets_the_words_on_one_line_and_the_day() -> None:
    analyst = Recorder()
    reply(analyst, "  what hurts\n in\tonboarding? ")
    assert analyst.calls == [("what hurts in onboarding?", TODAY)]


@pytest.mark.parametrize("nothing", ["", "  \n "])
def test_nothing_asked_is_a_call_for_help(nothing: str) -> None:
    analyst = Recorder()
    assert reply(analyst, nothing).headline == "Ask away."
    assert analyst.calls == [("help", TODAY)]


def test_a_text_beyond_reason_is_cut() -> None:
    analyst = Recorder()
    reply(analyst, "x" * (QUESTION_MAX + 1))
    assert len(analyst.calls[0][0]) == QUESTION_MAX


def test_what_a_person_can_mend_is_explained() -> None:
    answer = reply(Recorder(NotFound("There is no database at journey.db. Import feedback first.")), "what hurts?")
    assert answer.headline == "There is no database at journey.db. Import feedback first."
    assert (answer.abstained, answer.reason) == (True, "cannot_answer")


def test_what_we_broke_is_apologised_for_with_a_reference_that_the_log_knows(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer = reply(Recorder(ZeroDivisionError("the secret of line 42")), "my private words")
    assert (answer.abstained, answer.reason) == (True, "internal_error")
    assert "secret" not in answer.headline
    reference = answer.headline.split("(reference ")[1].split(")")[0]
    assert reference in caplog.text
    assert "the secret of line 42" in caplog.text
    assert "my private words" not in caplog.text


def test_the_words_of_a_question_stay_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        reply(Recorder(), "my private words")
    assert "intent=help" in caplog.text
    assert "my private words" not in caplog.text
