"""Confidence: how likely an answer is right, by how its question was understood; measured, not felt.

`scripts/bench exam` was set (543 questions, 429 of them answered), and answers counted that were right in intent, in
every slot and in their findings:

| the kind of question was | and the subject | right | of | with one more of each |
|---|---|---|---|---|
| sure (0.9 and more) | counted by stages, themes, filters | 324 | 336 | 0.96 |
| sure | searched by words and meaning | 60 | 73 | 0.81 |
| guessed | counted | 14 | 16 | 0.83 |
| guessed | searched | 2 | 4 | 0.50 |

The number of rows made no difference there (0.97 to 1.00 from 1 to 30 rows and more), but few rows carry little: an
answer is no surer than `draft.sure` of its rows.
"""

from assistant.questions.question import Question

SURE = 0.9
RIGHT = {(True, False): 0.96, (True, True): 0.81, (False, False): 0.83, (False, True): 0.50}
"""Share of right answers by (the kind of question was sure, its subject was searched)."""


def trust(question: Question) -> float:
    """Return how likely an answer to a question understood like this is right, 0 to 1."""
    if question.intent == "help":
        return 1.0
    return RIGHT[question.confidence >= SURE, bool(question.topic or question.not_about)]
