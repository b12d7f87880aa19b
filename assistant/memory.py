"""Memory: what threads remember from one question to the next, and which questions nobody could answer.

Kept in the database file, so that it survives a restart; words are masked before they are written. What goes wrong
here is logged and costs the memory, never the answer.
"""

import logging
from dataclasses import replace
from datetime import date
from pathlib import Path

from assistant.answers.answer import Answer
from assistant.questions.followups import Before
from assistant.questions.question import Question
from assistant.questions.record import from_json, to_json
from knowledge.errors import JourneyError
from knowledge.privacy import mask
from knowledge.store import open_store
from knowledge.store.threads import GapRows, ThreadRows
from knowledge.threads import Gap, Turn

log = logging.getLogger(__name__)

NO_GAPS = frozenset(("internal_error", "cannot_answer", "too_few_customers", "no_more"))
"""Reasons of refusals that say nothing about what people would like to know."""
_LONGEST = 300
_ITEMS = 20


class Memory:
    """What is remembered in one file. Safe to use from many threads: each call opens the file for itself."""

    def __init__(self, db: Path) -> None:
        self._db = db

    def before(self, thread: str, today: date) -> Before | None:
        """Return the last question of a thread with what its answer listed; None where there is none."""
        try:
            with open_store(self._db) as store:
                turn = ThreadRows(store.db).last(thread, today)
        except JourneyError as error:
            log.warning("a thread could not be read: %s", type(error).__name__)
            return None
        question = from_json(turn.question) if turn else None
        return Before(question=question, items=turn.items) if turn and question else None

    def keep(self, answer: Answer, *, thread: str | None, before: Before | None, today: date) -> None:
        """Remember a question for the next one of its thread; and, where it was refused, for `journey gaps`."""
        try:
            with open_store(self._db) as store:
                if thread:
                    ThreadRows(store.db).add(thread, turn_of(answer, before, today))
                if answer.abstained and answer.reason and answer.reason not in NO_GAPS:
                    asked = mask(answer.question.text)[:_LONGEST]
                    GapRows(store.db).add(Gap(day=today, asked=asked, reason=answer.reason))
        except JourneyError as error:
            log.warning("a thread could not be kept: %s", type(error).__name__)


def turn_of(answer: Answer, before: Before | None, today: date) -> Turn:
    """Return what to remember of an answer.

    One that was not understood leaves the question before in its place, one that lists nothing the list before.
    """
    understood = answer.question.intent not in ("help", "unknown")
    question = answer.question if understood or before is None else before.question
    shown = tuple(dict.fromkeys(quote.feedback_id for quote in answer.evidence))
    items = items_of(answer) or (before.items if before and not answer.abstained else ())
    return Turn(day=today, question=to_json(_masked(question)), items=items, shown=shown)


def items_of(answer: Answer) -> tuple[str, ...]:
    """Return what an answer listed, in its order: themes, else stages; of a refusal, the questions that it offers."""
    if answer.abstained:
        return tuple(f"ask:{question}" for question in answer.follow_ups)[:_ITEMS]
    told = [answer.findings[i] for line in answer.lines for i in getattr(line, "findings", ())]
    themes = [f"theme:{finding.theme_id}" for finding in told if finding.theme_id]
    stages = [f"stage:{finding.stage}" for finding in told if finding.stage and finding.kind == "stage"]
    listed = tuple(dict.fromkeys(themes or stages))[:_ITEMS]
    return listed if themes or len(listed) > 1 else ()


def _masked(question: Question) -> Question:
    topic = mask(question.topic) if question.topic else None
    unknown = tuple(replace(one, asked=mask(one.asked)) for one in question.unknown)
    return replace(question, text=mask(question.text)[:_LONGEST], topic=topic, unknown=unknown)
