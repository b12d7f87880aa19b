"""A hostile file, from its name to its rows, on its way through the whole app: nothing of it acts in Slack."""

import csv
import io
import json
from datetime import timedelta

from assistant.listeners.schedule import build_scheduler
from knowledge.subscriptions import Subscription
from knowledge.themes import Theme
from tests.assistant.listeners.surfaces.conftest import NOW, Office, element
from tests.assistant.listeners.surfaces.test_answer_buttons import ask
from tests.assistant.listeners.surfaces.test_capture import command
from tests.assistant.listeners.surfaces.test_files import drop, press
from tests.assistant.listeners.surfaces.test_home import open_home
from tests.assistant.listeners.surfaces.test_modals import chosen
from tests.assistant.rendering.hostile_surfaces import hostile_texts
from tests.fake_slack import gestures

EVIL = "<!channel> <@U1> <https://evil.example|bank> *b* :tada: \u202egnp"
ACTIVE = ('"type": "mrkdwn"', '"type": "broadcast"', '"type": "user"', '"type": "link"', "<!", "<@", "<http", "\u202e")


def hostile_csv() -> bytes:
    """Return a table whose columns and every second text are hostile."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["comment", "date", EVIL, "plan <!here>"])
    for n, text in enumerate(hostile_texts()):
        said = f"The parcel {text} was late again" if n % 2 else f"{text} box"
        writer.writerow([said.encode("utf-8", "replace").decode(), f"2026-10-{1 + n % 28:02d}", EVIL, EVIL])
    return out.getvalue().replace("\x00", "").encode("utf-8")


def test_nothing_hostile_acts_on_its_way_through_the_app(own_office: Office) -> None:
    slack = own_office.slack
    asked = drop(own_office, f"{EVIL}.csv", hostile_csv())
    press(own_office, asked, "import_file")
    slack.wait_for(lambda: "rows read" in asked["text"] or "could not" in asked["text"])
    assert "rows read" in asked["text"]
    evil_themes(own_office)
    for question in ("what hurts customers?", "what is new?", f"show me quotes about {EVIL}"):
        answer = ask(own_office, question)
        if "more_quotes" in json.dumps(answer["blocks"]):
            slack.send_click(answer, element(answer["blocks"], "more_quotes"))
    home = open_home(own_office)
    slack.gesture(gestures.view_click(home, element(home["blocks"], "open_edit_theme")))
    form = own_office.modal("edit_theme", lambda v: "submit" in v)
    name = {"edit_theme_name": {"edit_theme_name": {"value": EVIL}}}
    theme = element(form["blocks"], "edit_theme_which")["options"][0]["value"]
    slack.gesture(gestures.submission(form, chosen("edit_theme_which", theme) | name))
    own_office.modal("edit_theme", lambda v: "is called" in json.dumps(v, ensure_ascii=False))
    slack.gesture(gestures.view_click(home, element(home["blocks"], "open_review")))
    own_office.modal("answer_review", lambda v: len(v["blocks"]) > 1 or "Nothing" in json.dumps(v))
    slack.wait_for(lambda: len(slack.posted) >= 5)
    nothing_acts(own_office)


def nothing_acts(office: Office) -> None:
    """Look through all that the app has sent and acknowledged so far."""
    slack = office.slack
    slack.wait_for(lambda: all(envelope in slack.acks for envelope, _, _ in slack.delivered))
    for payload in [*(call.args for call in slack.calls), *slack.acks.values()]:
        sent = json.dumps(payload, ensure_ascii=False)
        for sign in ACTIVE:
            assert sign not in sent, (sign, sent[:300])
    assert not slack.problems


def evil_themes(office: Office) -> None:
    with office.store() as store:
        for theme in store.themes.all():
            store.themes.save([Theme(id=theme.id, name=f"{EVIL} {theme.id}", terms=(EVIL,), size=theme.size)])


def test_what_a_command_quotes_of_what_was_typed_is_inert(office: Office) -> None:
    for typed in (f"ask {EVIL}", EVIL, f"summary {EVIL}", f"issues {EVIL}", f"map {EVIL}", f"capture :{EVIL}:",
                  f"settings role {EVIL}", f"settings role {EVIL.split()[0]} admin", f"settings private {EVIL}",
                  f"subscribe {EVIL} on mondays", f"subscribe stop {EVIL}", f"subscribe zone 1 {EVIL}",
                  f"forget {EVIL}"):  # fmt: skip
        assert command(office, typed), typed
    nothing_acts(office)


def test_a_hostile_time_zone_is_given_back_inert(office: Office) -> None:
    slack, page = office.slack, open_home(office)
    slack.gesture(gestures.view_click(page, element(page["blocks"], "open_subscribe")))
    form = office.modal("subscribe", lambda view: "submit" in view)
    where = {"subscribe_channel": {"subscribe_channel": {"selected_conversation": "C0TEAM"}}}
    envelope = slack.gesture(gestures.submission(form, where | {"subscribe_zone": {"subscribe_zone": {"value": EVIL}}}))
    slack.wait_for(lambda: envelope in slack.acks)
    assert "There is no time zone" in slack.acks[envelope]["errors"]["subscribe_zone"]
    nothing_acts(office)


def test_hostile_names_of_themes_are_inert_in_pictures_prompts_digests_and_alerts(own_office: Office) -> None:
    evil_themes(own_office)
    slack, answer = own_office.slack, ask(own_office, "what hurts customers in use?")
    slack.send_click(answer, element(answer["blocks"], "show_chart"))
    (picture,) = slack.wait_for(lambda: [one for one in list(slack.posted) if one.get("files")])
    assert "evil.example" in picture["files"][0]["alt_txt"]
    slack.send_event(gestures.home_opened("messages"))
    slack.wait_for(lambda: slack.methods.surfaces.prompts)
    with own_office.store() as store:
        for kind in ("digest", "alerts"):
            plan = {"weekday": 0, "minute": 540} if kind == "digest" else {"per_day": 3}
            store.subscriptions.add(Subscription(kind=kind, channel="C0TEAM", zone="UTC", by="U0PERSON", at=NOW,
                                                 since=NOW, team="T0FAKE", **plan))  # fmt: skip
    before = len(slack.posted)
    clock = build_scheduler(own_office.db, own_office.desk, lambda channel: own_office.clerk.analyst)
    sent = clock.tick(NOW + timedelta(days=1, hours=2))
    told = " ".join(str(one["text"]) for one in slack.posted[before:])
    assert sent == len(slack.posted) - before >= 2
    assert "evil." in told
    nothing_acts(own_office)
