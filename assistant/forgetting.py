"""Forgetting a customer on a word from Slack: administrators only, looked at first, done on a second word."""

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from knowledge.errors import JourneyError

log = logging.getLogger(__name__)

NOT_YOURS = "Only administrators may have a customer forgotten. Whoever runs me names them by JOURNEY_ADMINS."
USAGE = "Name the customer's id, as the source of the feedback writes it: /journey forget 48151"
CONFIRM = "confirm"


@dataclass(frozen=True, kw_only=True)
class Forgetting:
    """Knows the file, its key, and who may ask (Slack's user ids). What it is asked is never logged."""

    db: Path
    key: Path
    admins: frozenset[str]

    def reply(self, words: str, *, asker: str, at: datetime, allowed: bool | None = None) -> str:
        """Return a sentence: what would be removed, or, where the last word is "confirm", what was.

        `allowed` is what the policy says of the asker; where it was not asked, administrators of the settings may.
        """
        if not (asker in self.admins if allowed is None else allowed):
            log.warning("%s is no administrator and asked for a customer to be forgotten", asker)
            return NOT_YOURS
        customer, confirmed = _parted(words)
        if not customer:
            return USAGE
        try:
            return self._forget(customer, confirmed=confirmed, asker=asker, at=at)
        except JourneyError as error:
            return str(error)

    def _forget(self, customer: str, *, confirmed: bool, asker: str, at: datetime) -> str:
        from knowledge.erasure import forget
        from knowledge.privacy import load_or_create_key, pseudonym
        from knowledge.store import open_store

        if not self.key.exists():
            return "The key of customer ids is missing, so I cannot tell who that is. Whoever runs me can restore it."
        whom = pseudonym(customer, load_or_create_key(self.key))
        with open_store(self.db) as store:
            receipt = forget(store, whom, at=at, dry_run=not confirmed, actor=asker, typed=customer)
        if not confirmed:
            return (
                f"That would remove {receipt.pieces} pieces of feedback for good. To do it, type the same with "
                f"“{CONFIRM}” after the id."
            )
        log.warning("a customer was forgotten from Slack: %d pieces of feedback", receipt.pieces)
        left = (
            "nothing is left of them in the file" if receipt.clean else "SOMETHING IS LEFT: see journey forget --help"
        )
        return f"{receipt.pieces} pieces of feedback were removed, and {left}. Messages in Slack are not reached."


def _parted(words: str) -> tuple[str, bool]:
    customer, _, last = words.strip().rpartition(" ")
    return (customer.strip(), True) if last.lower() == CONFIRM else (words.strip(), False)
