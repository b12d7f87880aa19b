"""What hurts and what is loved: ranked by theme, and honest about what is over."""

from assistant.answers.analyst import Analyst
from assistant.questions.question import Question
from tests.assistant.answers import world


def test_what_was_worst_and_has_gone_quiet_heads_the_list_where_the_rest_is_little(tmp_path, toy):
    texts = ("The activation code never arrived.", "No code for my account.", "The code was rejected.")
    late = ("The box came late.", "Late again.", "A late box.")
    plan = {
        "T1": ("use", -0.7, (9, 9, 9, 9, 9, 9, 0, 0, 0, 0, 0, 0), texts),
        "T2": ("use", -0.7, (0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1), late),
        "": ("use", 0.0, (20,) * 12, ("Just a question.", "An address.", "An invoice.")),
    }
    answer = Analyst(world.build(tmp_path / "c.db", toy, plan), toy).answer("what hurts customers?", as_of=world.AS_OF)
    assert answer.headline.startswith("What hurt most has gone quiet: activation code fails, with ")
    assert " Now it is late delivery, with " in answer.headline
    assert [f.name for f in answer.findings if f.kind == "theme"] == ["activation code fails", "late delivery"]


def test_what_customers_praise_is_ranked_by_theme_with_what_speaks_against_it(analyst):
    answer = analyst.answer_question(Question(text="?", intent="quotes", polarity="praise"), as_of=world.AS_OF)
    tasty, friendly = [f for f in answer.findings if f.kind == "theme"]
    assert answer.headline.startswith("Praised most: tasty recipes, in ")
    assert tasty.numbers["praise"] > friendly.numbers["praise"] > friendly.numbers["complaints"] > 0
    assert {quote.theme_id for quote in answer.evidence} == {tasty.theme_id, friendly.theme_id}
    assert any(line.startswith("friendly support: praised in ") and "complain." in line for line in answer.lines)
    assert any(line.startswith("In all: ") for line in answer.lines)


def test_a_file_of_a_few_pieces_is_listed_and_not_summed_up(tmp_path, toy):
    texts = ("The activation code never arrived.", "No code for my account.", "The code was rejected.")
    plan = {
        "T1": ("use", -0.7, (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3), texts),
        "": ("use", 0.0, (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4), ("Just a question.", "An address.", "An invoice.")),
    }
    answer = Analyst(world.build(tmp_path / "few.db", toy, plan), toy).answer("what hurts?", as_of=world.AS_OF)
    # the world adds two undated pieces of its own, one of them a complaint
    assert answer.headline == "No theme stands out among the 15 pieces of feedback; 6 of them are complaints."
    assert sum(quote.quote.startswith(texts) for quote in answer.evidence) >= 4


def test_what_one_or_two_complain_about_heads_no_ranking_of_pains(tmp_path, toy):
    plan = {
        "T1": ("use", -0.7, (0,) * 10 + (1, 1), ("The activation code never arrived.", "No code for my account.")),
        "": ("use", 0.0, (4,) * 12, ("Just a question.", "An address.", "An invoice.")),
    }
    answer = Analyst(world.build(tmp_path / "two.db", toy, plan), toy).answer("what hurts?", as_of=world.AS_OF)
    assert answer.headline.startswith("No theme stands out among the 52 pieces of feedback; 3 of them")
    assert len(answer.evidence) == 3
