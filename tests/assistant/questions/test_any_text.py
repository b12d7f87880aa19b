"""Any text at all becomes a Question."""

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.questions.question import Question
from assistant.questions.reading import LONGEST, read
from assistant.questions.understanding import understand
from assistant.questions.understood import summary_line
from assistant.questions.vocabulary import Vocabulary
from tests.assistant.questions.asked_company import AS_OF, COMPANY

WORDS = st.sampled_from(
    [
        *read(
            "what hurts how many customers in onboarding Q3 2026 31 Feb since may not except enterprise top 3 "
            "1 star about T12 theme plan gold via fax last 99 weeks between and to compare with 2026-02-30 why is CSAT"
        ).text.split(" "),
        "?",
        ".",
        ",",
        "-",
        "/",
        '"',
        "'",
    ]
)


@given(st.text(max_size=300))
@settings(max_examples=150)
def test_any_unicode_gives_a_question_and_a_line(text):
    question = understand(text, COMPANY, as_of=AS_OF)
    assert isinstance(question, Question)
    assert question.text == text
    assert 0.0 <= question.confidence <= 1.0
    assert 1 <= question.limit <= 20
    assert isinstance(summary_line(question, COMPANY), str)


@given(st.lists(WORDS, max_size=40))
@settings(max_examples=200)
def test_any_order_of_meaningful_words_gives_a_question_linked_to_the_file_only(words):
    question = understand(" ".join(words), COMPANY, as_of=AS_OF)
    assert set(question.stages) <= {stage.id for stage in COMPANY.stages}
    assert set(question.themes) <= {theme for theme, _ in COMPANY.themes}
    for name, values in [*question.filters.items(), *question.without.items()]:
        assert set(values) <= set(COMPANY.values(name))


def test_a_long_paste_is_cut_and_understood_by_its_beginning():
    question = understand("how many complaints about billing? " + "lorem ipsum " * 2000, COMPANY, as_of=AS_OF)
    assert question.intent == "count"
    assert len(read("x" * 20_000).text) == LONGEST


def test_an_empty_file_understands_too():
    assert understand("what hurts customers in onboarding?", Vocabulary(), as_of=AS_OF).intent == "pain_points"


def test_an_empty_text_asks_for_help():
    for text in ("", "   ", "\n\t", "???", "🔥🔥"):
        assert understand(text, COMPANY, as_of=AS_OF).intent in ("help", "unknown")
