"""Slack's limits as of November 2026, in one place; lengths in characters. Ours are marked, and stay below Slack's."""

BLOCKS_PER_MESSAGE = 50
BLOCKS_PER_VIEW = 100
TEXT = 40_000
"""Slack cuts a message's `text` here."""
TEXT_ADVISED = 4_000
ELEMENTS_PER_ACTIONS = 25
PLAIN_TEXT = 3_000
HEADER = 150
BUTTON_LABEL = 75
ALT_TEXT = 1_000
"""Characters that stand for an uploaded picture."""
BUTTON_VALUE = 2_000

# Ours: a message that a person can take in, and well below what Slack takes in all blocks together.
ROWS = 20
LINE = 400
HEADLINE = 600
QUOTES = 10
QUOTE = 400
QUOTE_SHORT = 160
CAVEATS = 6
FOLLOW_UPS = 5
