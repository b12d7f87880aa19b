"""Opinions: what people think of the answers that they got."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

Verdict = Literal["helpful", "not_helpful"]
Why = Literal["numbers", "quotes", "misunderstood", "missing", "other"]

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
REASONS: dict[Why, str] = {
    "misunderstood": "It answers another question",
    "missing": "Something is missing",
    "numbers": "The numbers look wrong",
    "quotes": "The quotes do not fit",
    "other": "Something else",
}


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What one person thinks of one answer; a later opinion of theirs replaces it.

    `team`, `channel` and `message` say where the answer stands; `question` are the asker's words and `note` the
    person's, both masked; `day` is the answer's "today".
    """

    team: str
    channel: str
    message: str
    actor: str
    at: datetime
    verdict: Verdict
    question: str
    day: date
    reason: Why | None = None
    note: str | None = None
