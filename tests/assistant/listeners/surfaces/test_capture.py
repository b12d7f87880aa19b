"""Messages saved as feedback: from the menu, by a reaction, or all of a channel; masked, once, and told."""

from assistant.rendering.slack_text import JOINER
from knowledge.feedback import Feedback
from tests.assistant.listeners.surfaces.conftest import Office, words_of
from tests.fake_slack import gestures

Json = dict[str, object]
SAID = "My box was late again, write to me at ann@example.com please"


def message(office: Office, text: str = SAID, channel: str = "C0TEAM") -> Json:
    """Let somebody write in a channel, where the bot can read it up."""
    ts = office.slack.methods.next_ts()
    said = {"type": "message", "user": "U0CUSTOMER", "text": text, "ts": ts, "channel": channel, "team": "T0FAKE"}
    office.slack.methods.surfaces.history.append(said)
    return said


def saved(office: Office) -> list[Feedback]:
    with office.store() as store:
        return [item for batch in store.feedback.each() for item, _ in batch if item.source.startswith("slack")]


def test_a_message_is_saved_from_its_menu_with_what_the_person_knows(own_office: Office) -> None:
    slack, said = own_office.slack, message(own_office)
    slack.gesture(gestures.shortcut("save_as_feedback", said))
    form = own_office.modal("save_feedback", lambda v: "submit" in v)
    assert "My box was late again" in words_of(form["blocks"])
    values = {
        "save_customer": {"save_customer": {"value": "48151"}},
        "save_stage": {"save_stage": {"selected_option": {"value": "use"}}},
        "save_channel": {"save_channel": {"value": "phone"}},
    }
    for _ in range(2):  # pressed twice, saved once
        slack.gesture(gestures.submission(form, values))
    shown = own_office.modal("save_feedback", lambda v: "aved" in words_of(v["blocks"]))
    page = words_of(shown["blocks"])
    assert "[email]" in page
    assert "Stage: Use, as you said." in page
    (item,) = saved(own_office)
    assert item.text == SAID.replace("ann@example.com", "[email]")
    assert (item.channel, item.stage, item.source) == ("phone", "use", "slack")
    assert item.customer is not None
    assert "48151" not in item.customer
    with own_office.store() as store:
        assert store.audit.all("capture")[0].actor == "U0PERSON"


def test_a_message_without_words_says_why_it_is_not_saved(own_office: Office) -> None:
    own_office.slack.gesture(gestures.shortcut("save_as_feedback", message(own_office, text="")))
    own_office.modal("save_feedback", lambda v: "holds no words" in words_of(v["blocks"]))


def command(office: Office, text: str) -> str:
    before = len(office.slack.responses)
    office.slack.send_command(text)
    office.slack.wait_for(lambda: len(office.slack.responses) > before)
    return str(office.slack.responses[-1]["text"]).replace(JOINER, "")


def test_a_chosen_reaction_saves_the_message_and_tells_who_reacted(own_office: Office) -> None:
    slack, said = own_office.slack, message(own_office)
    slack.send_event(gestures.reaction("pray", "C0TEAM", str(said["ts"])))
    assert "save nothing from this channel" in command(own_office, "capture")
    assert "reacts with “pray”" in command(own_office, "capture :pray:")
    assert "reaction “pray”" in command(own_office, "capture")
    slack.send_event(gestures.reaction("tada", "C0TEAM", str(said["ts"])))
    for _ in range(2):
        slack.send_event(gestures.reaction("pray", "C0TEAM", str(said["ts"])))
    slack.wait_for(lambda: slack.posted)
    (told,) = slack.posted
    assert (told["ephemeral"], told["user"]) == (True, "U0PERSON")
    assert "Saved: “My box was late again" in told["text"]
    assert len(saved(own_office)) == 1


def test_all_messages_of_a_chosen_channel_are_saved_until_it_is_ended(own_office: Office) -> None:
    slack = own_office.slack
    assert "save what people write in this channel" in command(own_office, "capture on")
    said = message(own_office)
    for _ in range(2):
        slack.send_event(said | {"channel_type": "channel", "event_ts": said["ts"]})
    slack.send_event(message(own_office, text="elsewhere", channel="C0OTHER") | {"channel_type": "channel"})
    slack.wait_for(lambda: slack.called("reactions.add"))
    assert "save nothing" in command(own_office, "capture off")
    slack.send_event(message(own_office, text="later") | {"channel_type": "channel"})
    assert "save nothing" in command(own_office, "capture")
    assert [item.text for item in saved(own_office)] == [SAID.replace("ann@example.com", "[email]")]


def test_what_comes_from_a_private_channel_is_answered_from_there_only(own_office: Office) -> None:
    said = message(own_office, channel="G0PRIVATE")
    own_office.slack.gesture(gestures.shortcut("save_as_feedback", said, channel="G0PRIVATE"))
    form = own_office.modal("save_feedback", lambda v: "submit" in v)
    own_office.slack.gesture(gestures.submission(form, {}))
    own_office.modal("save_feedback", lambda v: "private channel" in words_of(v["blocks"]))
    with own_office.store() as store:
        assert store.private_sources.all() == {"slack-g0private": "G0PRIVATE"}
