"""What is kept of the body of a mail or a web page: the customer's own words of that day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.readers.bodies import body_text

SAID = "The box came late & the fish was warm.\n\nCan I have my money back?"
HISTORY = "On Tue, 3 Mar 2026 at 10:11, Help <help@shop.example> wrote:"


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        "3 < 4 and 5 > 4, you know",
        "I <3 this app & the team",
        "On Monday my neighbour wrote to you: no answer",
        "best regards from me to the driver, he earned it",
        "The menu said --- and nothing else ---",
        "From: the start it was bad",
        "They say:\n>> (a) Notices >> (b) Terms\n>> " + "and so it says that I am right," * 40,
        "Waiting times this week:\n> 1 hour\nNot fun.",
        "First line\n\nSecond line, cheers for the help with the box yesterday, it all went well\nand more",
    ],
)
def test_ordinary_texts_stay_as_they_are(text):
    assert body_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        f"{SAID}\n\n{HISTORY}\n> Dear Ann,\n> thank you.\n>\n> The team",
        f"{SAID}\r\n\r\nOn 3 Mar 2026, at 10:11, Help\r\n<help@shop.example> wrote:\r\n\r\nDear Ann,\r\nthank you.",
        f"{SAID}\n\nAm 03.03.2026 um 10:11 schrieb Hilfe <hilfe@shop.example>:\n> Guten Tag",
        f"{SAID}\n\n-----Original Message-----\nFrom: Help\nDear Ann",
        f"{SAID}\n\n________________________________\nFrom: Help <help@shop.example>\nSent: Tuesday\nDear Ann",
        f"{SAID}\n\nFrom: Help <help@shop.example>\nSent: Tuesday, March 3\nTo: Ann\nSubject: Box\n\nDear Ann",
        f"##- Please type your reply above this line -##\n{SAID}",
        f"{SAID}\n\nBest regards,\nAnn Archer\n--\nAnn Archer\nArcher Ltd\nSent from my iPhone",
        f"{SAID}\n\nSent from my iPhone",
        f"{SAID}\n\nGet Outlook for Android",
    ],
)
def test_history_and_signatures_go(text):
    assert body_text(text).replace("\r", "") == SAID


def test_an_answer_below_a_quotation_stays():
    assert body_text(f"{HISTORY}\n> Did it arrive?\n\nNo, it did not.") == "No, it did not."


def test_a_text_that_is_nothing_but_a_quotation_stays_whole():
    text = f"{HISTORY}\n> Did it arrive?"
    assert body_text(text) == text
    assert body_text("<blockquote>Did it arrive?</blockquote>") == "Did it arrive?"


def test_of_html_remains_what_a_reader_sees():
    page = (
        "<html><head><style>p{margin:0}</style><title>x</title></head><body><div dir='ltr'><p>The box came late "
        "&amp; the fish was&nbsp;warm.</p><p>Can I have<br>my <b>money</b> back?</p><script>steal()</script></div>"
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, H wrote:<br></div><blockquote>Dear Ann</blockquote>'
        "</div></body></html>"
    )
    assert body_text(page) == "The box came late & the fish was warm.\n\nCan I have\nmy money back?"
    assert body_text("It&#39;s fine &lt;3") == "It's fine <3"
    assert body_text("<p><br></p>") == ""


def test_what_a_forgotten_tag_leaves_open_is_not_lost():
    assert body_text("<p>one <b>two <p>three") == "one two\nthree"


@given(st.text("<>/pbr &;amp#>\n-wrote:On3Framtblockquote", max_size=80))
def test_any_text_gives_a_text_and_never_an_error(text):
    assert isinstance(body_text(text), str)


@given(st.lists(st.sampled_from(["late", "box", "again", "why", "<3", "£4", "\n", "."]), min_size=1).map(" ".join))
def test_words_without_markup_or_mail_are_never_touched(text):
    assert body_text(text) == text
