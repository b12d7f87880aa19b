from hypothesis import given
from hypothesis import strategies as st

from knowledge.clustering.points import MOST_POINTS, split_points

text = st.lists(
    st.sampled_from(["card", "It broke.", "Why?", "\n", "- item", "e.g.", "...", "no", "Mr. X", "a,", "\t"])
)


@given(st.text() | text.map(" ".join))
def test_points_are_exact_ordered_and_cover_everything_but_space(given_text):
    points = split_points(given_text, long=4)
    end = 0
    for point in points:
        assert given_text[point.start : point.end] == point.text
        assert point.start >= end
        end = point.end
    assert "".join("".join(p.text.split()) for p in points) == "".join(given_text.split())
    assert len(points) <= MOST_POINTS


def test_a_short_text_is_one_point():
    points = split_points("  My card broke. I want a new one.  ")
    assert [p.text for p in points] == ["My card broke. I want a new one."]


def test_a_text_without_words_has_no_points():
    assert split_points(" \n\t") == []


def sentence(words: int, name: str = "word") -> str:
    return " ".join([name.capitalize(), *[name] * (words - 1)]) + "."


def test_a_long_text_is_cut_at_sentence_ends():
    parts = [sentence(30, "first"), sentence(30, "second"), sentence(30, "third")]
    assert [p.text for p in split_points(" ".join(parts))] == parts


def test_abbreviations_and_trailing_dots_do_not_end_a_sentence():
    body = "Mr. Smith of Acme Inc. paid approx. ten pounds at 5 p.m. and then ... nothing at all happened"
    points = split_points(f"{body}. {sentence(50)}")
    assert points[0].text == body + "."


def test_items_of_a_list_are_points_of_their_own():
    items = [f"- {sentence(25, name)[:-1]}" for name in ("slow", "dear", "rude")]
    assert [p.text for p in split_points("\n".join(items))] == items


def test_a_passage_without_sentence_ends_is_cut_at_a_clause():
    text = " ".join(["word"] * 48) + ", but " + " ".join(["other"] * 45)
    first, second = split_points(text)
    assert first.text.endswith(",")
    assert second.text.startswith("but")


def test_short_sentences_share_a_point():
    points = split_points("No. Yes. Maybe so. " + sentence(70))
    assert all(len(p.text.split()) >= 8 for p in points)


def test_what_stands_far_down_a_long_story_is_one_last_point():
    """A story of a thousand words costs no more reading than one of two hundred."""
    points = split_points(" ".join(sentence(20, f"word{i}") for i in range(50)))
    assert len(points) <= MOST_POINTS
    assert sum(len(p.text.split()) for p in points[:-1]) <= 150
