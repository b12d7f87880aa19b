"""Who speaks in an export of messages: what we answered is no feedback.

Help desks and shared inboxes export a row a message, ours among them, with a column that tells whose it is. Read as
feedback, "I am sorry to hear that" would be praise, and "it can take five days" a complaint.
"""

from collections.abc import Sequence

from knowledge.readers.names import words_of
from knowledge.readers.profiles import Profile

CUSTOMERS = frozenset({"user", "customer", "client", "lead", "contact", "end-user", "end_user", "enduser", "end user",
                       "visitor", "consumer", "guest", "requester", "inbound", "incoming", "in", "received", "member",
                       })  # fmt: skip
OTHERS = frozenset({"admin", "agent", "assistant", "bot", "system", "team", "operator", "staff", "employee", "outbound",
                    "outgoing", "out", "sent", "support", "internal", "note", "teammate", "workflow", "automation",
                    })  # fmt: skip
"""Roles of who writes in a conversation, and ways that a message goes, as help desks and chats name them."""
_TELLS = frozenset({"direction", "role", "speaker", "sender", "author", "from", "party", "participant", "incoming"})
"""Words of columns that tell who wrote a message."""


def speaker_column(profiles: Sequence[Profile]) -> str | None:
    """Return the column that tells whether a row is by a customer or by us; None where none does.

    It holds both, and nothing else: a column of which all rows are by customers has nothing to tell.
    """
    return next((p.name for p in profiles if _TELLS & set(words_of(p.name).split()) and _tells(p)), None)


def by_us(cell: str) -> bool:
    """Return whether a cell of that column says that we wrote the row, or a program of ours.

    >>> by_us("Outbound"), by_us("End user"), by_us("")
    (True, False, False)
    """
    return cell.strip().lower() in OTHERS


def _tells(p: Profile) -> bool:
    if not 2 <= p.distinct <= len(CUSTOMERS | OTHERS):
        return False
    said = {value.strip().lower() for value in p.values}
    return said <= CUSTOMERS | OTHERS and bool(said & CUSTOMERS) and bool(said & OTHERS)
