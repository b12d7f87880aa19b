"""Buttons under an answer: each does what it says, where the answer stands, once."""

from knowledge.store.opinions import OpinionRows
from tests.assistant.listeners.surfaces.conftest import Office, element, words_of
from tests.fake_slack import gestures


def ask(office: Office, text: str = "what hurts customers in use?") -> dict[str, object]:
    """Ask in a channel; return the answer as it was posted."""
    before = len(office.slack.posted)
    office.slack.send_event(office.slack.mention(text))
    office.slack.wait_for(lambda: len(office.slack.posted) > before)
    return office.slack.posted[-1]


def quotes(message: dict[str, object]) -> set[str]:
    return {line.split("”")[0] for line in str(message["text"]).splitlines() if line.startswith("“")}


def test_more_quotes_brings_others_than_the_answer_showed(office: Office) -> None:
    slack, answer = office.slack, ask(office)
    slack.send_click(answer, element(answer["blocks"], "more_quotes"))
    slack.wait_for(lambda: len(slack.posted) == 2)
    more = slack.posted[1]
    assert more["thread_ts"] == answer["thread_ts"]
    assert more["text"].startswith("Question: what hurts customers in use? (more quotes)")
    assert len(quotes(more)) >= 5
    assert not quotes(more) & quotes(answer)


def test_compare_sets_the_last_full_month_beside_the_one_before(office: Office) -> None:
    slack, answer = office.slack, ask(office)
    slack.send_click(answer, element(answer["blocks"], "compare_periods"))
    slack.wait_for(lambda: len(slack.posted) == 2)
    assert "October 2026" in slack.posted[1]["text"]
    assert "September 2026" in slack.posted[1]["text"]


def test_a_click_that_is_delivered_twice_is_answered_once(office: Office) -> None:
    slack, answer = office.slack, ask(office)
    button, twice = element(answer["blocks"], "compare_periods"), {"actions": []}
    twice["actions"] = [button | {"block_id": "b", "action_ts": "1.5"}]  # type: ignore[list-item]
    for _ in range(2):
        slack.send_click(answer, button, **twice)
    ask(office, "what is new?")
    slack.wait_for(lambda: len(slack.posted) == 3)
    assert len([m for m in slack.posted if "(compared with" in m["text"]]) == 1


def rate(office: Office, answer: dict[str, object], verdict: str) -> None:
    thumbs = element(answer["blocks"], "rate_answer")
    side = "positive_button" if verdict == "helpful" else "negative_button"
    act = {"type": "feedback_buttons", "action_id": "rate_answer", "value": thumbs[side]["value"]}
    assert thumbs[side]["accessibility_label"]
    office.slack.send_click(answer, act)


def test_a_thumb_up_is_kept_with_who_and_which_answer(office: Office) -> None:
    answer = ask(office)
    rate(office, answer, "helpful")
    office.slack.wait_for(lambda: office.slack.responses)
    with office.store() as store:
        (kept,) = [o for o in OpinionRows(store.db).all() if o.message == answer["ts"]]
    assert (kept.verdict, kept.actor, kept.channel) == ("helpful", "U0PERSON", "C0TEAM")
    assert kept.question == "what hurts customers in use?"
    assert kept.reason is None


def test_a_thumb_down_is_kept_at_once_and_its_reason_when_given(office: Office) -> None:
    slack, answer = office.slack, ask(office)
    rate(office, answer, "not_helpful")
    view = office.modal("why_not_helpful")
    assert "What was wrong?" in words_of(view["blocks"])
    values = {
        "reason": {"reason": {"type": "radio_buttons", "selected_option": {"value": "numbers"}}},
        "note": {"note": {"type": "plain_text_input", "value": "ask ann@example.com about it"}},
    }
    slack.gesture(gestures.submission(view, values))

    def kept() -> object:
        with office.store() as store:
            return [o for o in OpinionRows(store.db).all() if o.message == answer["ts"] and o.reason]

    (opinion,) = slack.wait_for(kept)
    assert (opinion.verdict, opinion.reason, opinion.note) == ("not_helpful", "numbers", "ask [email] about it")
