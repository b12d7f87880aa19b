"""Exports whose rows are not all by customers, or whose dates and links are those of web pages."""

from datetime import date, datetime

import pytest

from knowledge.errors import InputError, MissingColumn
from knowledge.readers.relative_dates import is_relative, parse_relative
from tests.knowledge.readers.test_exports import DAYS, SAID, TITLES, read, table

ANSWERS = [f"Sorry to hear that, we look into case {i} and have a nice ride" for i in range(30)]


def messages(path, **more):
    """Each customer's message is followed by our answer to it."""
    return table(path, {
        "Message ID": [f"m{i}{who}" for i in range(30) for who in "ab"],
        "Direction": ["Inbound", "Outbound"] * 30,
        "Message date": [day for day in DAYS for _ in range(2)],
        "Author": [name for i in range(30) for name in (f"Ann {i % 9}", "Lou Kent")],
        "From handle": [name for i in range(30) for name in (f"ann{i % 9}@mail.example", "help@shop.example")],
        "Subject": [title for i in range(30) for title in (TITLES[i], f"Re: {TITLES[i]}")],
        "Body": [text for i in range(30) for text in (SAID[i], ANSWERS[i])],
        **more,
    })  # fmt: skip


def test_what_we_answered_is_no_feedback(tmp_path):
    opened, found, rejected = read(messages(tmp_path / "inbox.csv"))
    assert opened.plan.speaker == "Direction"
    assert opened.plan.fields["customer"] == "From handle"
    assert [f.text for f in found] == [f"{title}.\n\n{said}" for title, said in zip(TITLES, SAID, strict=True)]
    assert (opened.total, rejected) == (60, [])
    note = "30 rows are left out: “Direction” says that we wrote them (“Outbound”). --segment “Direction” keeps them."
    assert note in opened.plan.notes
    assert ("Direction", "tells who wrote", "Inbound") in opened.plan.explain()


def test_all_rows_are_kept_where_somebody_asks_for_that_column(tmp_path):
    opened, found, _ = read(messages(tmp_path / "inbox.csv"), segments=["Direction"])
    assert (opened.plan.speaker, len(found)) == (None, 60)


@pytest.mark.parametrize("values", [["customer", "guest"], ["customer", "north"], ["agent", "bot"], ["customer"] * 2])
def test_a_column_tells_who_wrote_only_if_it_knows_both_sides_and_nothing_else(tmp_path, values):
    opened, found, _ = read(table(tmp_path / "t.csv", {"role": values * 15, "comment": SAID}))
    assert (opened.plan.speaker, len(found)) == (None, 30)


def test_a_product_for_teams_and_guests_is_a_segment(tmp_path):
    opened, found, _ = read(table(tmp_path / "t.csv", {"product": ["team", "guest"] * 15, "comment": SAID}))
    assert (opened.plan.segments, len(found)) == ({"product": "product"}, 30)


def test_the_title_of_a_reply_is_that_of_another_message(tmp_path):
    titles = [f"{mark} {title}" for title, mark in zip(TITLES, ["Re:", "AW:", "Returns:"] * 10, strict=True)]
    _, found, _ = read(table(tmp_path / "t.csv", {"Subject": titles, "Body": SAID}))
    assert [f.text for f in found[:3]] == [SAID[0], SAID[1], f"{titles[2]}.\n\n{SAID[2]}"]


def reviews(path):
    return table(path, {
        "Reviewer": ["Ann Archer", "Ben Boyd", "Lou Kent"] * 10,
        "Reviewer profile": [f"https://maps.example/contrib/{i}" for i in range(30)],
        "Rating": [f"{i % 5 + 1} stars" for i in range(30)],
        "Date": ["2 weeks ago", "a month ago", "3 March 2025"] * 10,
        "Review": [*SAID[:20], *[""] * 10],
        "Response date": ["a week ago", "a month ago"] * 15,
        "Web Name": ["Ann Archer", "Ben Boyd"] * 15,
    })  # fmt: skip


def test_dates_may_tell_how_long_ago_it_was(tmp_path):
    opened, found, _ = read(reviews(tmp_path / "r.csv"), exported=date(2026, 11, 1))
    assert opened.plan.fields["at"] == "Date"
    assert [f.at for f in found[:3]] == [datetime(2026, 10, 18), datetime(2026, 10, 1), datetime(2025, 3, 3)]
    assert any("“2 weeks ago” are counted from 1 November 2026" in note for note in opened.plan.notes)


def test_without_a_day_to_count_from_the_day_of_the_file_is_taken(tmp_path):
    import os

    path = reviews(tmp_path / "r.csv")
    os.utime(path, (noon := datetime(2026, 6, 15, 12).timestamp(), noon))
    _, found, _ = read(path)
    assert found[0].at == datetime(2026, 6, 1)


def test_a_page_of_a_person_is_who_spoke_and_no_link_to_what_was_said(tmp_path):
    opened, found, _ = read(reviews(tmp_path / "r.csv"))
    assert opened.plan.fields["customer"] == "Reviewer profile"
    assert {f.url for f in found} == {None}
    assert len({f.customer for f in found}) == 20
    assert opened.plan.segments == {}  # neither names of people nor dates are groups


def test_ratings_without_words_are_told_beside_those_with_words(tmp_path):
    opened, found, rejected = read(reviews(tmp_path / "r.csv"))
    assert (len(found), len(rejected)) == (20, 10)
    assert ("10 rows hold a rating and no words, and are left out: their mean is 3.0, that of the 20 with words, from "
            "which answers are computed, 3.0.") in opened.plan.notes  # fmt: skip


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("just now", "2026-03-31"), ("7 hours ago", "2026-03-31"), ("yesterday", "2026-03-30"),
        ("Edited 3 days ago", "2026-03-28"), ("2w", "2026-03-17"), ("a month ago", "2026-02-28"),
        ("vor einem Jahr", "2025-03-31"), ("il y a 3 mois", "2025-12-31"), ("hace 2 semanas", "2026-03-17"),
    ],
)  # fmt: skip
def test_how_long_ago_is_counted_from_the_day_that_is_given(text, day):
    assert parse_relative(text, date(2026, 3, 31)) == datetime.fromisoformat(day)


@pytest.mark.parametrize("text", ["3 months", "May 3", "2026-03-01", "long ago", "5 kittens ago", "", "ago"])
def test_what_names_no_time_past_is_no_relative_date(text):
    assert not is_relative(text)
    with pytest.raises(InputError, match="does not tell"):
        parse_relative(text, date(2026, 3, 31))


def test_a_time_before_all_calendars_is_refused():
    with pytest.raises(InputError, match="does not exist"):
        parse_relative("9999 years ago", date(2026, 3, 31))


def test_of_several_files_the_one_without_words_is_named(tmp_path):
    with pytest.raises(MissingColumn, match=r"kpis\.csv: no column holds what customers said"):
        read(table(tmp_path / "kpis.csv", {"month": DAYS, "CSAT": [str(i % 5) for i in range(30)]}))
