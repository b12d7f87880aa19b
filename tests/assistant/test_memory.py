"""Memory: a thread goes on after a restart; what could not be answered is kept, with personal data masked."""

from datetime import date

import pytest

from assistant.answers.analyst import Analyst
from assistant.memory import Memory, items_of
from assistant.replies import Replies
from knowledge.store import open_store
from knowledge.store.threads import GapRows
from tests.assistant.answers import world


@pytest.fixture
def path(tmp_path, toy_embedder):
    return world.build(tmp_path / "company.db", toy_embedder)


@pytest.fixture
def ask(path, toy_embedder):
    """Return a way to ask in which every question is a new process's."""

    def asked(text, thread="C1:1", today=world.AS_OF):
        replies = Replies(Analyst(path, toy_embedder), Memory(path))
        return replies.reply(text, asker="U1", thread=thread, today=today)

    return asked


def gaps(path):
    with open_store(path) as store:
        return list(GapRows(store.db).all())


def test_a_thread_goes_on_after_a_restart(ask):
    ask("what hurts customers in onboarding?")
    assert ask("and in use?").question.stages == ("use",)
    assert ask("and in use?").question.intent == "pain_points"
    assert ask("show me quotes").question.intent == "quotes"


def test_threads_know_nothing_of_each_other(ask):
    ask("what hurts customers in onboarding?", thread="C1:1")
    ask("how many complaints are there in use?", thread="C1:2")
    assert ask("and in retention?", thread="C1:1").question.intent == "pain_points"
    assert ask("and in retention?", thread="C1:2").question.intent == "count"
    assert ask("and in retention?", thread=None).question.intent != "count"


def test_an_old_thread_starts_afresh(ask):
    ask("how many complaints are there in use?", today=date(2026, 8, 1))
    assert ask("and in retention?").question.intent != "count"


def test_the_second_one_is_the_second_that_was_listed(ask):
    listed = items_of(ask("what hurts customers?"))
    assert len(listed) > 1
    assert ask("the second one").question.themes == (listed[1].removeprefix("theme:"),)


def test_nonsense_between_does_not_break_the_thread(ask):
    ask("what hurts customers in onboarding?")
    assert ask("colourless green ideas sleep furiously").abstained
    assert ask("and in use?").question.intent == "pain_points"


def test_what_is_offered_instead_can_be_taken_up(ask):
    refusal = ask("what do platinum customers say about the box?")
    assert refusal.reason == "unknown_segment"
    assert ask("yes").question.text == refusal.follow_ups[0]


def test_what_could_not_be_answered_is_kept_without_personal_data(ask, path):
    ask("what do platinum customers say to anna.meier@example.com?")
    ask("what hurts customers in onboarding?")
    kept = gaps(path)
    assert [gap.reason for gap in kept] == ["unknown_segment"]
    assert "anna.meier" not in kept[0].asked
    assert kept[0].day == world.AS_OF


def test_a_thread_holds_no_address_either(ask, path):
    ask("what do customers say about anna.meier@example.com?")
    with open_store(path) as store:
        held = store.db.execute("SELECT question FROM threads").fetchall()
    assert held
    assert not any("anna.meier" in question for (question,) in held)


def test_a_memory_that_fails_costs_no_answer(path, toy_embedder, tmp_path):
    replies = Replies(Analyst(path, toy_embedder), Memory(tmp_path / "nowhere.db"))
    answer = replies.reply("what hurts customers?", asker="U1", thread="C1:1", today=world.AS_OF)
    assert not answer.abstained
