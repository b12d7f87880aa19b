"""What people think of answers: kept with who and when, and with the question, masked."""

from datetime import datetime

from assistant.answers.ticket import Ticket
from assistant.clerk import Clerk
from knowledge.opinions import Opinion, Verdict, Why
from knowledge.privacy import mask
from knowledge.store.opinions import OpinionRows

NOTE_MAX = 1_000


def rate(
    clerk: Clerk,
    ticket: Ticket,
    verdict: Verdict,
    *,
    team: str,
    channel: str,
    message: str,
    actor: str,
    at: datetime,
    reason: Why | None = None,
    note: str = "",
) -> Opinion:
    """Keep what somebody thinks of an answer, in place of what they thought before."""
    opinion = Opinion(
        team=team,
        channel=channel,
        message=message,
        actor=actor,
        at=at,
        verdict=verdict,
        question=mask(ticket.text, without=clerk.unmasked),
        day=ticket.day,
        reason=reason,
        note=mask(" ".join(note.split())[:NOTE_MAX], without=clerk.unmasked) or None,
    )
    with clerk.open() as store:
        OpinionRows(store.db).save(opinion)
    return opinion
