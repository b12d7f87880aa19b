"""Subject: what a count is of, in words."""

from assistant.answers.answer import Finding
from assistant.answers.limits import PIECES
from assistant.answers.wording import Names, count, where, whole, words


def noun(found: Finding) -> tuple[str, str]:
    """Return singular and plural of what is counted."""
    polarity = found.scope.polarity if found.scope else None
    if polarity == "complaint":
        return "complaint", "complaints"
    return ("piece of praise", "pieces of praise") if polarity == "praise" else PIECES


def about(found: Finding) -> str:
    """Return ` on “refund speed”` or the theme's name the same way; empty where all topics count."""
    topic = words(found, "topic")
    if topic:
        return f" on “{topic}”"
    return f" on {found.name}" if found.name and found.theme_id else ""


def pieces(found: Finding, names: Names, key: str = "count") -> str:
    """Return `41 complaints on “refunds” in onboarding, Q3 2026`."""
    return f"{count(whole(found, key), *noun(found))}{about(found)}{where(found.scope, names)}"
