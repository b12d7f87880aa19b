"""Subscribing by the form: asked where, looked at first, started by whoever may; and who sees on Home what there is."""

from datetime import UTC, datetime

import pytest

from assistant.listeners.schedule import build_scheduler
from knowledge.store import open_store
from knowledge.subscriptions import Subscription
from tests.assistant.listeners.surfaces.conftest import PATIENCE_S, Governed, Json, element, elements, words_of
from tests.assistant.listeners.surfaces.test_governed import MONDAY
from tests.assistant.listeners.surfaces.test_modals import chosen
from tests.fake_slack import gestures

ADMIN = "U0ADMIN"


def modal(governed: Governed, ready: str) -> Json:
    """Wait until the newest modal says that, and return it."""
    held = governed.slack.methods.surfaces.modals

    def find() -> Json | None:
        view = list(held.values())[-1] if held else None
        return view if view and ready in words_of(view["blocks"]) + str(view.get("submit")) else None

    return governed.slack.wait_for(find, PATIENCE_S)


def submit(governed: Governed, view: Json, values: Json, user: str = ADMIN) -> Json:
    """Submit a modal; return what was acknowledged with it."""
    envelope = governed.slack.gesture(gestures.submission(view, values, user=user))
    governed.slack.wait_for(lambda: envelope in governed.slack.acks, PATIENCE_S)
    return governed.slack.acks[envelope]


def filled(kind: str = "digest", zone: str = "Europe/Vienna", **more: Json) -> Json:
    values = chosen("subscribe_kind", kind) | chosen("subscribe_day", "0") | chosen("subscribe_time", "540")
    values |= chosen("subscribe_budget", "2") | {"subscribe_zone": {"subscribe_zone": {"value": zone}}}
    picked = {"type": "multi_static_select", "selected_options": [{"value": "use"}]}
    return values | {"subscribe_stages": {"subscribe_stages": picked}} | more


def home(governed: Governed, user: str = ADMIN) -> Json:
    homes = governed.slack.methods.surfaces.homes
    homes.pop(user, None)
    governed.slack.send_event(gestures.home_opened(user=user))
    governed.slack.wait_for(lambda: user in homes, PATIENCE_S)
    return homes[user]


def test_a_digest_is_set_up_in_the_form_that_the_command_opens(governed: Governed) -> None:
    governed.slack.send_command("subscribe", user_id=ADMIN)
    form = modal(governed, "Preview")
    assert element(form["blocks"], "subscribe_zone")["initial_value"] == "Europe/Vienna"
    wrong = submit(governed, form, filled(zone="Nowhere/Atall"))
    assert "There is no time zone" in wrong["errors"]["subscribe_zone"]
    assert submit(governed, form, filled())["response_action"] == "update"
    preview = modal(governed, "Start")
    assert "Preview: Weekly digest" in words_of(preview["blocks"])
    assert "In Use" in words_of(preview["blocks"])
    with open_store(governed.db) as store:
        assert store.subscriptions.all() == []
    clock = build_scheduler(governed.db, governed.desk, governed.viewpoints.at)
    assert clock.tick(MONDAY) == 0
    submit(governed, preview, {})
    modal(governed, "Started.")
    with open_store(governed.db) as store:
        (sub,) = store.subscriptions.all()
    assert (sub.channel, sub.stages, sub.weekday, sub.minute, sub.live) == ("C0TEAM", ("use",), 0, 540, True)
    assert clock.tick(MONDAY) == 1
    assert governed.slack.posted[0]["channel"] == "C0TEAM"


def test_home_asks_for_the_channel_and_alerts_have_a_budget(governed: Governed) -> None:
    button = element(home(governed)["blocks"], "open_subscribe")
    governed.slack.gesture(gestures.view_click(governed.slack.methods.surfaces.homes[ADMIN], button, user=ADMIN))
    form = modal(governed, "Preview")
    assert submit(governed, form, filled("alerts"))["errors"] == {"subscribe_channel": "Choose a channel."}
    where = {"subscribe_channel": {"subscribe_channel": {"selected_conversation": "C0PLANS"}}}
    governed.channels["C0PLANS"] = {"is_member": False}
    submit(governed, form, filled("alerts", **where))
    preview = modal(governed, "Start")
    assert "/invite" in words_of(preview["blocks"])
    submit(governed, preview, {})
    modal(governed, "Started.")
    with open_store(governed.db) as store:
        (sub,) = store.subscriptions.all()
    assert (sub.kind, sub.channel, sub.per_day) == ("alerts", "C0PLANS", 2)


def test_whoever_may_not_subscribe_is_told_what_there_is_and_why_not(governed: Governed) -> None:
    with open_store(governed.db) as store:
        store.subscriptions.add(plan("C0TEAM"))
    governed.slack.send_command("subscribe")
    view = modal(governed, "you need to be an editor")
    assert "This channel gets 1: digest of all stages" in words_of(view["blocks"])
    assert "submit" not in view


def test_no_channel_that_another_company_reads_is_subscribed(governed: Governed) -> None:
    governed.channels["C0SHARED"] = {"is_ext_shared": True}
    governed.slack.send_command("subscribe", user_id=ADMIN, channel_id="C0SHARED")
    modal(governed, "People of another company read this channel")


def plan(channel: str, by: str = "U0OTHER") -> Subscription:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    return Subscription(kind="digest", channel=channel, zone="UTC", by=by, at=at, since=at, weekday=0, minute=540)


@pytest.mark.parametrize(("user", "seen"), [(ADMIN, {"#c0team"}), ("U0PERSON", {"#c0team", "#c0secret"})])
def test_home_lists_what_channels_get_that_the_person_is_in(governed: Governed, user: str, seen: set[str]) -> None:
    with open_store(governed.db) as store:
        for channel in ("C0TEAM", "C0SECRET", "D0OTHER"):
            store.subscriptions.add(plan(channel))
    governed.slack.methods.memberships["U0PERSON"] = ["C0TEAM", "C0SECRET"]
    page = words_of(home(governed, user)["blocks"])
    assert {name for name in ("#c0team", "#c0secret") if name in page} == seen
    assert "our conversation" not in page
    assert "D0OTHER" not in page
    assert "C0SECRET" not in page


def test_home_shows_a_persons_own_direct_digest_to_them_only(governed: Governed) -> None:
    with open_store(governed.db) as store:
        store.subscriptions.add(plan("D0MINE", by=ADMIN))
    assert "in our conversation, every Monday at 09:00 (UTC)" in words_of(home(governed)["blocks"])
    other = home(governed, "U0PERSON")
    assert "No channel that you are in" in words_of(other["blocks"])
    assert not [one for one in elements(other["blocks"]) if one["action_id"] == "open_subscribe"]
