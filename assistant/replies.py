"""The one path that every way of asking shares: words in, an answer out, whatever happens on the way."""

import logging
import secrets
import time
from collections.abc import Callable
from datetime import date
from typing import Protocol

from assistant.answers.answer import Answer
from assistant.memory import Memory
from assistant.questions.followups import Before
from assistant.questions.question import Question
from knowledge.errors import JourneyError, missing_library

log = logging.getLogger(__name__)

INTERNAL_ERROR = "internal_error"
"""The reason of an answer that failed on our side."""

CANNOT_ANSWER = "cannot_answer"
"""The reason of an answer that says what somebody has to mend before there can be one."""

QUESTION_MAX = 2_000
"""Characters of a question that we read; a longer text is cut, for it is not a question but a document."""


class Answerer(Protocol):
    """Whatever turns words into an answer."""

    def answer(self, text: str, *, as_of: date, before: Before | None = None) -> Answer:
        """Answer a question as of a day; relative periods count from it. `before` is the thread's last question."""
        ...


class Replies:
    """Asks the analyst on behalf of a front end, and turns what goes wrong into words that help.

    With a `memory`, threads remember their last question, and questions that could not be answered are kept. Where
    `seen_from` is given, it names who answers in a channel: one that sees only what may be seen there.
    """

    def __init__(
        self,
        analyst: Answerer,
        memory: Memory | None = None,
        *,
        seen_from: Callable[[str | None], Answerer] | None = None,
    ) -> None:
        self._seen_from = seen_from or (lambda channel: analyst)
        self._memory = memory

    def reply(self, text: str, *, asker: str, thread: str | None, today: date, channel: str | None = None) -> Answer:
        """Return the answer to a question, and never raise.

        `asker`, `thread` and `channel` say who asks, in which conversation and where. Nothing asked is a call for
        help. What a person can mend comes back as an explanation; anything else as an apology with a reference that the
        log knows.
        """
        words = " ".join(text.split())[:QUESTION_MAX]
        started = time.perf_counter()
        try:
            before = self._memory.before(thread, today) if self._memory and thread else None
            answer = _asked(self._seen_from(channel), words or "help", today, before)
            if self._memory:
                self._memory.keep(answer, thread=thread, before=before, today=today)
        except JourneyError as error:
            log.warning("question of %s could not be answered: %s", asker, type(error).__name__)
            return _instead(words, str(error), reason=CANNOT_ANSWER)
        except Exception as error:
            if isinstance(error, ImportError) and (told := missing_library(error)):
                log.error("question of %s could not be answered: the library %s is missing", asker, error.name)
                return _instead(words, str(told), reason=CANNOT_ANSWER)
            reference = new_reference()
            log.exception("question of %s in %s failed, reference %s", asker, thread or "no thread", reference)
            return _instead(words, apology(reference), reason=INTERNAL_ERROR)
        # The words of a question are the asker's; only their outcome is for the log.
        log.info(
            "answered %s: intent=%s abstained=%s findings=%d in %.0f ms",
            asker, answer.question.intent, answer.abstained, len(answer.findings),
            1000 * (time.perf_counter() - started),
        )  # fmt: skip
        return answer


def _asked(analyst: Answerer, words: str, today: date, before: Before | None) -> Answer:
    if before is None:
        return analyst.answer(words, as_of=today)
    return analyst.answer(words, as_of=today, before=before)


def new_reference() -> str:
    """Return a short name for a failure, which the asker can quote and the log holds."""
    return secrets.token_hex(3)


def apology(reference: str) -> str:
    """Return what the asker is told when we failed: never the failure itself."""
    return (
        f"Something went wrong on my side (reference {reference}). Please ask again; "
        "if it happens again, give the reference to whoever runs me: the log has the details."
    )


def _instead(words: str, explanation: str, *, reason: str) -> Answer:
    question = Question(text=words, intent="unknown", confidence=0.0)
    return Answer(question=question, headline=explanation, abstained=True, reason=reason, confidence=0.0)
