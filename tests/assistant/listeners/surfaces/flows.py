"""What people do on Slack's surfaces, flow by flow, each naming the listeners that it is to reach."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.digests.tick import Scheduler
from assistant.listeners.actions import ACTIONS
from assistant.listeners.commands.journey import VERBS
from assistant.listeners.events import EVENTS
from assistant.listeners.schedule import Post, build_scheduler
from assistant.listeners.shortcuts import SHORTCUTS
from assistant.listeners.views import VIEWS
from knowledge.store.opinions import OpinionRows
from knowledge.subscriptions import Subscription
from tests.assistant.digests.conftest import Rote
from tests.assistant.listeners.surfaces.conftest import NOW, Json, Office, element, words_of
from tests.assistant.listeners.surfaces.test_answer_buttons import ask, rate
from tests.assistant.listeners.surfaces.test_capture import command, message
from tests.assistant.listeners.surfaces.test_command import share
from tests.assistant.listeners.surfaces.test_files import GOOD, drop, press
from tests.assistant.listeners.surfaces.test_home import open_home
from tests.assistant.listeners.surfaces.test_modals import chosen, review, theme_form, wrong_stage
from tests.fake_slack import gestures

Drive = Callable[[Office], None]

REGISTERED = frozenset(
    {f"event {name}" for name in EVENTS}
    | {f"action {name}" for name in ACTIONS}
    | {f"view {name}" for name in VIEWS}
    | {f"shortcut {name}" for name in SHORTCUTS}
    | {f"verb {name}" for name in VERBS}
)
"""All that is registered, each with the kind of what reaches it."""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Something that a person does, and the listeners that it `reaches`."""

    drive: Drive
    reaches: frozenset[str]

    @property
    def name(self) -> str:
        """The flow, in a word."""
        return self.drive.__name__


FLOWS: list[Flow] = []


def reaching(*names: str) -> Callable[[Drive], Drive]:
    """Enter a flow into FLOWS."""

    def enter(drive: Drive) -> Drive:
        FLOWS.append(Flow(drive=drive, reaches=frozenset(names)))
        return drive

    return enter


def reached(kind: str, body: Json) -> str:
    """Return the listener that a delivery is for, as REGISTERED names it."""
    if kind == "events_api":
        return f"event {body['event']['type']}"
    if kind == "slash_commands":
        verb = str(body["text"]).split(" ")[0]
        return f"verb {verb if verb in VERBS else 'ask'}"
    if body["type"] == "block_actions":
        return f"action {body['actions'][0]['action_id'].partition(':')[0]}"
    return (
        f"view {body['view']['callback_id']}"
        if body["type"] == "view_submission"
        else f"shortcut {body['callback_id']}"
    )


@reaching("event app_mention")
def mention(office: Office) -> None:
    answer = ask(office)
    assert "late delivery" in answer["text"]
    assert answer["thread_ts"]


@reaching("event message")
def direct_message(office: Office) -> None:
    slack = office.slack
    question = slack.direct("what hurts customers in use?")
    slack.send_event(question)
    (answer,) = slack.wait_for(lambda: list(slack.posted))
    assert "late delivery" in answer["text"]
    assert "thread_ts" not in answer


@reaching("event app_home_opened", "event message", "event agent_session_stopped")
def agent_pane(office: Office) -> None:
    slack = office.slack
    sessions, prompts = slack.methods.surfaces.sessions, slack.methods.surfaces.prompts
    slack.send_event(gestures.home_opened("messages"))
    (offered,) = slack.wait_for(lambda: list(prompts))
    question = slack.direct(offered["prompts"][0]["message"])

    def statuses() -> list[str]:
        return [one["status"] for one in list(sessions) if one["thread_ts"] == question["ts"]]

    slack.send_event(question)
    slack.wait_for(lambda: statuses() == ["processing", "active"])
    assert len(slack.posted) == 1
    slack.send_event(gestures.session_stopped("D0PERSON", question["ts"]))
    slack.wait_for(lambda: statuses() == ["processing", "active", "active"])


@reaching("verb ask", "verb summary", "verb issues", "verb map", "verb help", "verb settings", "verb forget")
def verbs(office: Office) -> None:
    for typed, said in (
        ("ask what hurts customers in use?", "late delivery"),
        ("summary onboarding", "Onboarding"),
        ("issues", "charged for a skipped week"),
        ("map onboarding", "sign-up form"),
        ("help", "/journey subscribe"),
        ("settings", "Your role: not checked"),
        ("forget 4711", "administrators"),
    ):
        assert said in command(office, typed), typed
    assert {reply["response_type"] for reply in office.slack.responses} == {"ephemeral"}
    assert not office.slack.posted


@reaching("action share_answer", "verb issues")
def shared_answer(office: Office) -> None:
    command(office, "issues")
    share(office, office.slack.responses[0])
    office.slack.wait_for(lambda: office.slack.posted and len(office.slack.responses) == 2)
    assert office.slack.posted[0]["text"].startswith("Shared by person")


@reaching("event app_home_opened", "action refresh_home", "action ask_follow_up")
def home(office: Office) -> None:
    view = open_home(office)
    homes = office.slack.methods.surfaces.homes
    homes.clear()
    office.slack.gesture(gestures.view_click(view, element(view["blocks"], "refresh_home")))
    office.slack.wait_for(lambda: homes)
    office.slack.gesture(gestures.view_click(view, element(view["blocks"], "ask_follow_up")))
    office.slack.wait_for(lambda: office.slack.posted)
    assert office.slack.posted[0]["text"].startswith("Question: How is Onboarding doing?")


@reaching("action more_quotes", "action compare_periods", "action show_chart")
def looked_at_again(office: Office) -> None:
    slack, answer = office.slack, ask(office)
    for number, button in enumerate(("more_quotes", "compare_periods", "show_chart"), start=2):
        slack.send_click(answer, element(answer["blocks"], button))
        slack.wait_for(lambda number=number: len(slack.posted) == number)
    quotes, compared, picture = slack.posted[1:]
    assert "(more quotes)" in quotes["text"]
    assert "September 2026" in compared["text"]
    assert "late delivery" in picture["files"][0]["alt_txt"]
    assert {one["thread_ts"] for one in slack.posted} == {answer["thread_ts"]}


@reaching("action rate_answer", "view why_not_helpful")
def rated(office: Office) -> None:
    slack, answer = office.slack, ask(office)
    rate(office, answer, "not_helpful")
    view = office.modal("why_not_helpful")
    values = {"reason": {"reason": {"type": "radio_buttons", "selected_option": {"value": "numbers"}}}}
    slack.gesture(gestures.submission(view, values))

    def reasons() -> list[str]:
        with office.store() as store:
            return [one.reason for one in OpinionRows(store.db).all() if one.message == answer["ts"] and one.reason]

    assert slack.wait_for(reasons) == ["numbers"]


@reaching("action wrong_stage", "action correct_stage_piece", "action correct_stage_to", "view correct_stage",
          "action undo_stage")  # fmt: skip
def stage_corrected(office: Office) -> None:
    slack, view = office.slack, wrong_stage(office)
    state = chosen("correct_stage_piece", "0") | chosen("correct_stage_to", "retention")
    for name in ("correct_stage_piece", "correct_stage_to"):
        slack.gesture(gestures.view_click(view, {"type": "static_select", "action_id": name}, values=state))
        view = office.modal("correct_stage", lambda v: "Use to Retention" in words_of(v["blocks"]))
    slack.gesture(gestures.submission(view, state))
    done = office.modal("correct_stage", lambda v: "for good" in words_of(v["blocks"]))
    slack.gesture(gestures.view_click(done, element(done["blocks"], "undo_stage")))
    office.modal("correct_stage", lambda v: "Taken back" in words_of(v["blocks"]))


@reaching("action open_edit_theme", "action edit_theme_which", "action edit_theme_into", "view edit_theme",
          "action undo_theme")  # fmt: skip
def themes_merged(office: Office) -> None:
    slack, view = office.slack, theme_form(office)
    state = chosen("edit_theme_which", "T2") | chosen("edit_theme_into", "T6")
    for name in ("edit_theme_which", "edit_theme_into"):
        slack.gesture(gestures.view_click(view, {"type": "static_select", "action_id": name}, values=state))
        view = office.modal("edit_theme", lambda v: "“late delivery” would join" in words_of(v["blocks"]))
    slack.gesture(gestures.submission(view, state))
    done = office.modal("edit_theme", lambda v: "is part of “app crashes” now" in words_of(v["blocks"]))
    slack.gesture(gestures.view_click(done, element(done["blocks"], "undo_theme")))
    office.modal("edit_theme", lambda v: "Taken back" in words_of(v["blocks"]))


@reaching("action open_review", "action review_stage", "action review_skip", "action review_several",
          "view answer_review")  # fmt: skip
def reviewed(office: Office) -> None:
    slack, view = office.slack, review(office)
    state = chosen("review_stage", "use")
    slack.gesture(gestures.view_click(view, {"type": "static_select", "action_id": "review_stage"}, values=state))
    view = office.modal("answer_review", lambda v: "ould move" in words_of(v["blocks"]))
    slack.gesture(gestures.view_click(view, {"type": "button", "action_id": "review_several", "value": "x"}))
    view = office.modal(
        "answer_review", lambda v: "Noted" in words_of(v["blocks"]) or "no longer" in words_of(v["blocks"])
    )
    if "submit" in view:
        slack.gesture(gestures.view_click(view, element(view["blocks"], "review_skip")))
        view = office.modal("answer_review", lambda v: "Skipped" in words_of(v["blocks"]))
        slack.gesture(gestures.submission(view, state))
        office.modal("answer_review", lambda v: "oved" in words_of(v["blocks"]))


def _submitted(office: Office, view: Json, channel: str) -> None:
    values = chosen("subscribe_kind", "digest") | chosen("subscribe_day", "0") | chosen("subscribe_time", "540")
    values |= {"subscribe_zone": {"subscribe_zone": {"value": "Europe/Vienna"}}}
    values |= {"subscribe_channel": {"subscribe_channel": {"selected_conversation": channel}}}
    office.slack.gesture(gestures.submission(view, values))
    preview = office.modal("subscribe_start", lambda v: v.get("submit", {}).get("text") == "Start")
    assert "Preview: Weekly digest" in words_of(preview["blocks"])
    office.slack.gesture(gestures.submission(preview, {}))
    office.modal("subscribe_start", lambda v: "Started." in words_of(v["blocks"]))


@reaching("action open_subscribe", "view subscribe", "view subscribe_start")
def digest(office: Office) -> None:
    slack, page = office.slack, open_home(office)
    slack.gesture(gestures.view_click(page, element(page["blocks"], "open_subscribe")))
    _submitted(office, office.modal("subscribe", lambda view: "submit" in view), "C0DIGEST")
    clock = build_scheduler(office.db, office.desk, lambda channel: office.clerk.analyst)
    monday = NOW + timedelta(days=1, hours=2)
    assert [clock.tick(monday), clock.tick(monday)] == [1, 0]
    (posted,) = [one for one in slack.posted if one["channel"] == "C0DIGEST"]
    assert posted["text"].startswith("Weekly digest, 26 October 2026 to 1 November 2026 (all stages)")


@reaching("verb subscribe", "action subscription_start", "action subscription_discard")
def subscribed_in_words(office: Office) -> None:
    slack = office.slack
    for button, said in (("subscription_start", "Started"), ("subscription_discard", "Dropped")):
        command(office, "subscribe use every monday at 9:00 Europe/Vienna")
        shown = slack.responses[-1]
        assert shown["text"].startswith("Preview: Weekly digest")
        before = len(slack.responses)
        body = gestures.quiet_click(element(shown["blocks"], button), slack.response_url(), ts=slack.methods.next_ts())
        slack.gesture(body)
        slack.wait_for(lambda before=before: len(slack.responses) > before)
        assert said in slack.responses[-1]["text"]


@reaching("action alert_own", "action alert_acknowledge", "action alert_snooze")
def alerts(office: Office) -> None:
    slack = office.slack
    with office.store() as store:
        store.subscriptions.add(Subscription(kind="alerts", channel="C0ALERTS", zone="UTC", by="U0PERSON", at=NOW,
                                             since=NOW, per_day=3, team="T0FAKE"))  # fmt: skip
    rote = Rote(firing=lambda day: [(theme, date(2026, 10, 26)) for theme in ("T1", "T2", "T4")])
    clock = Scheduler(open=office.store, answers=lambda channel: rote, deliver=Post(office.desk))
    clock.tick(NOW + timedelta(days=1))
    raised = [one for one in slack.posted if one["channel"] == "C0ALERTS"]
    assert len(raised) == 3
    for one, button, said in zip(raised, ("alert_own", "alert_acknowledge", "alert_snooze"),
                                 ("takes it on", "Acknowledged by", "wants to be reminded"), strict=True):  # fmt: skip
        before = len(slack.responses)
        slack.send_click(one, element(one["blocks"], button))
        slack.wait_for(lambda before=before: len(slack.responses) > before)
        assert said in slack.responses[-1]["text"]


# From here on feedback comes in, and themes are found anew.


@reaching("shortcut save_as_feedback", "view save_feedback")
def saved_from_the_menu(office: Office) -> None:
    office.slack.gesture(gestures.shortcut("save_as_feedback", message(office)))
    form = office.modal("save_feedback", lambda view: "submit" in view)
    values = {"save_stage": {"save_stage": {"selected_option": {"value": "use"}}}}
    office.slack.gesture(gestures.submission(form, values))
    office.modal("save_feedback", lambda view: "Stage: Use, as you said." in words_of(view["blocks"]))


@reaching("verb capture", "event reaction_added", "event message")
def captured(office: Office) -> None:
    slack = office.slack
    assert "reacts with “pray”" in command(office, "capture :pray:")
    said = message(office, text="The lid of the box was torn off.")
    slack.send_event(gestures.reaction("pray", "C0TEAM", str(said["ts"])))
    slack.wait_for(lambda: slack.posted)
    assert "Saved: “The lid of the box" in slack.posted[0]["text"]
    command(office, "capture on")
    every = message(office, text="My box smelled of soap.")
    slack.send_event(every | {"channel_type": "channel", "event_ts": every["ts"]})
    slack.wait_for(lambda: slack.called("reactions.add"))
    assert "save nothing" in command(office, "capture off")


@reaching("event message", "action leave_file", "action import_file")
def dropped_file(office: Office) -> None:
    slack, first = office.slack, drop(office, "returns.csv", GOOD)
    press(office, first, "leave_file")
    slack.wait_for(lambda: "was not imported" in first["text"])
    slack.methods.messages.clear()
    second = drop(office, "returns.csv", GOOD)
    press(office, second, "import_file")
    slack.wait_for(lambda: "21 rows read: 20 new" in second["text"])
    slack.wait_for(lambda: len(slack.posted) == 2)
    assert slack.posted[1]["files"][0]["name"] == "rejected.csv"


@reaching("event tokens_revoked", "event app_uninstalled")
def taken_away(office: Office) -> None:
    slack = office.slack
    slack.send_event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}})
    slack.send_event({"type": "app_uninstalled"})
    slack.wait_for(lambda: len(slack.statuses) and len(slack.delivered) == 2)
