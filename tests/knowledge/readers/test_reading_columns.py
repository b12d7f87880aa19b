"""Which column is taken for what."""

import pytest

from knowledge.errors import InputError, MissingColumn
from knowledge.readers.columns import plan_columns
from knowledge.readers.names import name_score, segment_name

SENTENCES = [f"the app froze again while I was paying for order number {i}" for i in range(40)]


def plan(table: dict[str, list[str]], **options):
    return plan_columns(list(table), [list(row) for row in zip(*table.values(), strict=True)], **options)


def survey(**more: list[str]) -> dict[str, list[str]]:
    return {
        "Ticket ID": [f"Z-{i}" for i in range(40)],
        "Created at": [f"2026-01-{i % 28 + 1:02}" for i in range(40)],
        "What did you think?": SENTENCES,
        "Stars": [str(i % 5 + 1) for i in range(40)],
        "User ID": [f"u{i % 17}" for i in range(40)],
        "Plan": [("free", "pro", "team")[i % 3] for i in range(40)],
        **more,
    }


def test_an_ordinary_export_is_recognised():
    got = plan(survey())
    assert got.fields == {
        "id": "Ticket ID",
        "text": "What did you think?",
        "at": "Created at",
        "customer": "User ID",
        "rating": "Stars",
    }
    assert got.segments == {"plan": "Plan"}
    assert got.ignored == ()


def test_content_speaks_where_names_are_silent():
    got = plan({"c1": SENTENCES, "c2": [f"{i % 28 + 1}.3.2026" for i in range(40)], "c3": ["a", "b"] * 20})
    assert got.fields == {"text": "c1", "at": "c2"}
    assert got.segments == {"c3": "c3"}


def test_a_name_that_the_content_contradicts_is_not_believed():
    got = plan({"text": SENTENCES, "date": ["soon", "later"] * 20, "rating": ["red", "blue"] * 20, "url": ["x"] * 40})
    assert got.fields == {"text": "text"}
    assert got.segments == {"date": "date", "rating_segment": "rating"}  # a segment never has the name of a field


def test_an_id_must_be_unique_and_it_is_said():
    got = plan(survey(**{"Ticket ID": ["same"] * 40}))
    assert "id" not in got.fields
    assert "“Ticket ID” is not used as id" in got.notes[0]


def test_the_id_of_something_else_is_not_the_id():
    assert "id" not in plan({"text": SENTENCES, "product_id": [str(i) for i in range(40)]}).fields


def test_the_visit_is_not_when_it_was_said_and_the_country_is_not_the_author():
    days = [f"2026-01-{i % 28 + 1:02}" for i in range(40)]
    got = plan({"date_visit": days, "date": days, "author_country": ["Spain", "Italy"] * 20, "content": SENTENCES})
    assert got.fields == {"text": "content", "at": "date"}
    assert got.segments == {"author_country": "author_country"}


def test_an_overall_rating_stands_above_partial_ones():
    stars = [str(i % 5 + 1) for i in range(40)]
    assert (
        plan({"text": SENTENCES, "staff_rating": stars, "overall_rating": stars}).fields["rating"] == "overall_rating"
    )


def test_segments_are_groups_and_neither_measures_nor_people_nor_everything():
    got = plan(
        {
            "text": SENTENCES,
            "minutes": [str(i % 5) for i in range(40)],
            "agent name": ["Ann", "Bob"] * 20,
            "order": [f"o-{i}" for i in range(40)],
            "same": ["x"] * 40,
            "Sub-Product": ["card", "loan"] * 20,
        }
    )
    assert got.segments == {"sub_product": "Sub-Product"}
    assert set(got.ignored) == {"minutes", "agent name", "order", "same"}


def test_what_a_person_names_wins():
    got = plan(
        survey(**{"Other words": SENTENCES}), columns={"text": "other words", "rating": ""}, segments=["user id"]
    )
    assert got.fields["text"] == "Other words"
    assert "rating" not in got.fields
    assert got.segments["user_id"] == "User ID"
    assert "customer" not in got.fields


def test_a_missing_column_names_the_nearest_and_all():
    with pytest.raises(MissingColumn, match=r"Did you mean “Created at”.*Ticket ID, Created at"):
        plan(survey(), columns={"at": "creatd_at"})
    with pytest.raises(MissingColumn, match="no column “zzz”"):
        plan(survey(), segments=["zzz"])


def test_an_unknown_field_lists_the_fields():
    with pytest.raises(InputError, match="id, text, at"):
        plan(survey(), columns={"words": "Plan"})


def test_no_text_is_an_error_that_lists_the_columns():
    with pytest.raises(MissingColumn, match=r"a, b.*--column text="):
        plan({"a": ["1", "2"], "b": ["x", "y"]})


def test_a_plan_explains_every_column():
    got = plan(survey(minutes=["5"] * 40)).explain()
    assert got[0] == ("Ticket ID", "id", "Z-0")
    assert got[5] == ("Plan", "segment plan", "free")
    assert got[6] == ("minutes", "not used", "5")


def test_a_header_without_rows_is_recognised_by_names():
    assert plan_columns(["date", "text", "plan"], []).fields == {"text": "text", "at": "date"}


def test_names_are_compared_as_words():
    assert name_score("at", "createdAt") == name_score("at", "Created at?") > 3
    assert segment_name("Sub-Product (new)") == "sub_product_new"


def test_a_question_about_recommending_is_a_rating():
    answers = [str(i % 11) for i in range(40)]
    got = plan({"How likely are you to recommend us?": answers, "Why?": SENTENCES})
    assert got.fields == {"text": "Why?", "rating": "How likely are you to recommend us?"}


def test_what_we_wrote_ourselves_is_not_read_as_the_customers():
    again = plan({"text": SENTENCES, "theme": ["late", "slow"] * 20, "staged_by": ["map", "person"] * 20})
    assert again.segments == {}
    mended = plan({"line": ["3"] * 40, "column": ["at", "id"] * 20, "reason": SENTENCES, "said": SENTENCES})
    assert mended.fields == {"text": "said"}
    assert mended.segments == {}


def test_of_two_columns_with_one_segment_name_the_first_counts():
    got = plan({"text": SENTENCES, "sub product": ["a", "b"] * 20, "Sub-Product": ["c", "d"] * 20})
    assert got.segments == {"sub_product": "sub product"}
    assert got.ignored == ("Sub-Product",)
