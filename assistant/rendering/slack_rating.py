"""The modal that asks why an answer was not helpful."""

from assistant.rendering.slack_forms import View, line, modal, option, radios
from knowledge.opinions import REASONS

CALLBACK = "why_not_helpful"
REASON, NOTE = "reason", "note"


def why_not(metadata: str) -> View:
    """Return the modal; the opinion itself is kept already, so closing it loses nothing."""
    reasons = [option(label, key) for key, label in REASONS.items()]
    blocks = [
        radios(REASON, "What was wrong?", reasons, optional=True),
        line(NOTE, "Anything else?", most=1_000, multiline=True, optional=True),
    ]
    return modal(CALLBACK, "Not helpful", blocks, submit="Send", metadata=metadata)
