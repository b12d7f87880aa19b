"""Confidence follows how a question was understood, and what the answer rests on."""

from dataclasses import replace

from assistant.answers.confidence import RIGHT, trust
from assistant.questions.question import Question

COUNTED = Question(text="", intent="count", confidence=0.95)


def test_a_guessed_kind_and_a_searched_subject_are_less_sure():
    searched = replace(COUNTED, topic="refunds")
    guessed = replace(COUNTED, confidence=0.6)
    assert trust(COUNTED) > trust(searched) > trust(replace(guessed, topic="refunds"))
    assert trust(COUNTED) > trust(guessed)


def test_the_table_is_the_one_that_was_measured():
    measured = {(True, False): (324, 336), (True, True): (60, 73), (False, False): (14, 16), (False, True): (2, 4)}
    assert {key: round((right + 1) / (of + 2), 2) for key, (right, of) in measured.items()} == RIGHT


def test_few_rows_carry_little(ask):
    many, few = ask("what hurts customers?"), ask("what hurts premium customers in retention in October 2026?")
    assert 0 < few.confidence < many.confidence <= 0.96
