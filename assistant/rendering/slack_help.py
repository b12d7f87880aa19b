"""What can be typed after `/journey`, as a message."""

from collections.abc import Sequence

from assistant.rendering import slack_limits as limits
from assistant.rendering.slack import FOLLOW_UP, SlackMessage
from assistant.rendering.slack_blocks import actions, button, context, fits, glue, rich_text, section, words
from assistant.rendering.slack_text import fallback

HEAD = "I answer from customer feedback, the journey map and metrics, with quotes, or say that I do not know."
PLACES = "Or mention me in a channel, write to me directly, or drop a file with feedback into our conversation."


def help_message(usages: Sequence[tuple[str, str]], examples: Sequence[str]) -> SlackMessage:
    """Return the list of (what is typed, what it does), with a button for each question that can be asked now."""
    lines = [
        section(words(f"/journey {typed}", code=True), glue(f"  {does}\n"))
        for typed, does in ((typed, words(does)["text"]) for typed, does in usages)
    ]
    asked = [button(q, action_id=f"{FOLLOW_UP}:{n}", value=q) for n, q in enumerate(examples[:5]) if fits(q)]
    text = "\n".join([HEAD, *(f"/journey {typed}: {fallback(does, limits.LINE)}" for typed, does in usages), PLACES])
    blocks = [rich_text([section(words(HEAD))]), rich_text(lines), context(PLACES)]
    return SlackMessage(text=text, blocks=(*blocks, *([actions(asked)] if asked else [])))
