"""Prompts that the agent pane offers: questions that can be answered now, at most as many as Slack takes."""

from collections.abc import Sequence

from assistant.rendering.slack_text import plain

TITLE = "Ask about your customers' journey"
MOST, TITLE_MAX, MESSAGE_MAX = 4, 75, 1_000
HELP = {"title": "What can I ask?", "message": "help"}


def prompts(examples: Sequence[str]) -> list[dict[str, str]]:
    """Return up to four prompts; the last one asks what can be asked."""
    asked = [{"title": plain(q, TITLE_MAX), "message": plain(q, MESSAGE_MAX)} for q in examples if plain(q, TITLE_MAX)]
    return [*asked[: MOST - 1], HELP]
