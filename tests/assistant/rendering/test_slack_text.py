"""Words from data are inert in Slack, and still the words that they were."""

import html
import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.rendering.slack_text import JOINER, clean, clip, fallback, plain

HOSTILE = [
    "<!channel>",
    "<!here|here>",
    "<@U1>",
    "<#C1|general>",
    "<https://evil|bank.com>",
    "<mailto:a@b.com|me>",
    "<!date^1^{date}|x>",
    "*bold*",
    "_it_",
    "~gone~",
    "`code`",
    "```block```",
    ":tada:",
    ":+1:",
    "@here",
    "@channel",
    "#general",
    "www.evil.com",
    "https://evil.example/x?y=1&z=2",
    "me@evil.com",
    "> quoted",
    "&lt;!channel&gt;",
    "&amp;lt;",
    "\u202egnp.exe",
    "\u2066a\u2069",
    "a\u0000b\u001bc",
    "\ud800",
    "snake_case_name",
    "3*4*5",
    "x\u200by",
    "\ufeff",
    "👩‍👩‍👧",
    "می‌خواهم",
    "a\nb\r\nc\u2028d",
]
pieces = st.lists(
    st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8), st.sampled_from(string.punctuation)), max_size=8
)
hostile_texts = st.tuples(pieces, st.sampled_from(["", " "])).map(lambda parts: parts[1].join(parts[0]))

# What a reader of mrkdwn could take for more than words, written down apart from the code under test.
BOUND, OPEN = r"(?<![^\W_])", r"(?=\S)"
FORMATTING = {
    "control sequence": r"<[^>]*>?",
    **{f"mark {mark}": BOUND + re.escape(mark) + OPEN + r"[^\n]*?" + re.escape(mark) for mark in "*_~`"},
    "emoji": r":[a-z0-9_+'-]+:",
    "mention": r"@\w",
    "link": r"\w:/|mailto:\w|www\.\w|\w\.[A-Za-z]",
    "channel": r"#\w",
    "quote": r"^\s*(>|&gt;)",
}
INVISIBLE = re.compile("[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def readings(text: str) -> list[str]:
    """Return what a reader of mrkdwn would make of the text besides words."""
    return [kind for kind, pattern in FORMATTING.items() if re.search(pattern, text)]


@given(hostile_texts)
@example("".join(HOSTILE))
def test_a_fallback_holds_only_words(text: str) -> None:
    assert readings("“" + fallback(text, 5000)) == []


@given(hostile_texts)
def test_the_visible_words_of_a_fallback_are_unaltered(text: str) -> None:
    shown = html.unescape(fallback(text, 5000)).replace(JOINER, "")
    back = shown.translate(str.maketrans("\u2217\uff3f\u223c\u02cb", "*_~`"))
    ours = clean(text).translate(str.maketrans("\u2217\uff3f\u223c\u02cb", "*_~`"))
    assert back == html.unescape(html.escape(ours, quote=False))


@given(hostile_texts)
def test_plain_text_holds_no_control_sequence_and_nothing_else_is_changed(text: str) -> None:
    shown = plain(text, 5000)
    assert not re.search(r"<\S", shown.replace("<" + JOINER, "< "))
    assert shown.replace(JOINER, "") == clean(text)


@given(hostile_texts)
def test_invisible_and_direction_characters_are_gone_and_cleaning_again_changes_nothing(text: str) -> None:
    cleaned = clean(text)
    assert not INVISIBLE.search(cleaned)
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("kept", ["👩‍👩‍👧", "می‌خواهم", "naïve café", "日本語", "snake_case_name", "🏳️‍🌈 ok"])
def test_what_people_write_is_kept(kept: str) -> None:
    assert clean(kept) == kept
    assert fallback(kept, 100) == kept


@given(st.text(), st.integers(min_value=1, max_value=30))
def test_a_clip_is_within_the_limit_and_says_that_it_cut(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert len(cut.encode("utf-16-le", "surrogatepass")) // 2 <= limit
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


def test_a_clip_does_not_split_what_belongs_together() -> None:
    assert clip("ab👩‍👩‍👧cd", 6) == "ab…"
    assert clip("abe\u0301fgh", 4) == "ab…"
