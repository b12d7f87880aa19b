"""Who may do what, listener by listener: each asks the policy for its action; a new one without a row fails here.

What the policy decides for every action, role and kind of channel stands in `tests/assistant/policy.golden`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast
from unittest.mock import MagicMock

import pytest

from assistant import listeners
from assistant.listeners.commands.settings import _ACTS as ACTS
from assistant.listeners.errands import Errand, Errands
from assistant.policy import Action
from assistant.rendering.slack_correction import correction_form
from assistant.rendering.slack_rating import why_not
from assistant.rendering.slack_review import pack
from assistant.rendering.slack_subscribe import subscribe_form
from tests.assistant.listeners.surfaces.flows import REGISTERED
from tests.fake_slack import gestures, payloads

Json = dict[str, Any]
DESK = "the desk asks for `ask` before it answers"
ANYBODY = "nothing is changed or revealed"
SLACK = "Slack itself tells of it"

GATES: dict[str, Action | str] = {
    "event app_mention": DESK, "event message": DESK, "event app_home_opened": "ask", "event reaction_added": "capture",
    "event agent_session_stopped": ANYBODY, "event app_uninstalled": SLACK, "event tokens_revoked": SLACK,
    "verb ask": DESK, "verb summary": DESK, "verb issues": DESK, "verb map": DESK, "verb help": ANYBODY,
    "verb subscribe": "subscribe", "verb settings": "help", "verb capture": "capture", "verb forget": "forget",
    "shortcut save_as_feedback": "capture",
    "action ask_follow_up": DESK, "action more_quotes": "ask", "action compare_periods": "ask",
    "action show_chart": "ask", "action share_answer": "share", "action rate_answer": "rate",
    "action wrong_stage": "correct_stage", "action correct_stage_piece": "correct_stage",
    "action correct_stage_to": "correct_stage", "action undo_stage": "correct_stage",
    "action open_edit_theme": "edit_theme", "action edit_theme_which": "edit_theme",
    "action edit_theme_into": "edit_theme", "action undo_theme": "edit_theme",
    "action open_review": "correct_stage", "action review_skip": "correct_stage",
    "action review_several": "correct_stage", "action review_stage": "correct_stage",
    "action import_file": "import", "action leave_file": ANYBODY, "action refresh_home": "ask",
    "action open_subscribe": "ask", "action subscription_start": "subscribe",
    "action subscription_discard": "subscribe", "action alert_own": "handle_alert",
    "action alert_acknowledge": "handle_alert", "action alert_snooze": "handle_alert",
    "view why_not_helpful": "rate", "view correct_stage": "correct_stage", "view edit_theme": "edit_theme",
    "view save_feedback": "capture", "view answer_review": "correct_stage", "view subscribe": "subscribe",
    "view subscribe_start": "subscribe",
}  # fmt: skip
"""What each listener asks the policy for, or why it asks for nothing."""


@dataclass
class Gate(Errands):
    """Errands that do the work at once, and refuse everything: so it is seen what was asked for before."""

    asked: list[str] = field(default_factory=list)
    working: bool = True

    def run(self, errand: Errand, work: Callable[..., None]) -> bool:
        if errand.action:
            self.asked.append(errand.action)
        elif self.working:
            work(None)
        return True

    def why_not(self, action: Action, body: object, client: object, channel: str | None = None) -> str | None:
        self.asked.append(action)
        return "no"

    def allows(self, action: Action, body: object, client: object) -> bool:
        return self.why_not(action, body, client) is None


def people(gate: Gate) -> MagicMock:
    """Return people who may nothing, for what the desk itself has done."""
    found = MagicMock()

    def decide(action: Action, *args: object, **more: object) -> MagicMock:
        gate.asked.append(action)
        return MagicMock(allowed=False, text="no")

    found.decide.side_effect = decide
    return found


VIEWS: dict[str, Json] = {
    "why_not_helpful": why_not('["C1", "1.1", ""]'),
    "correct_stage": correction_form([("f1", "late", "Use")], [("use", "Use")]),
    "answer_review": {"private_metadata": pack("k", [])},
    "save_feedback": {"private_metadata": '["words", "C1", "1.1", false]'},
    "subscribe": subscribe_form([("use", "Use")], zone="UTC", channel="C1"),
    "subscribe_start": {"private_metadata": '["C1", "digest", [], "UTC", 0, 540, null]'},
}
FILLED = {
    "correct_stage": {"correct_stage_to": "use"}, "answer_review": {"review_stage": "use"},
    "edit_theme": {"edit_theme_which": "T1", "edit_theme_name": "other"},
    "subscribe": {"subscribe_zone": "UTC"},
}  # fmt: skip
IN_VIEW = ("correct_stage_", "undo_", "edit_theme_", "review_")


def view(callback: str) -> Json:
    return {"id": "V1", "hash": "1", "type": "modal", "callback_id": callback, "title": {"text": "x"}, "blocks": [],
            "private_metadata": ""} | VIEWS.get(callback, {}) | {"callback_id": callback}  # fmt: skip


def delivery(name: str) -> Json:
    """Return something that reaches the listener."""
    kind, _, what = name.partition(" ")
    if kind == "event":
        event = {"type": what, "user": "U1", "channel": "C1", "ts": "1.1", "text": "what hurts?", "tab": "home",
                 "channel_type": "im", "thread_ts": "1.1", "reaction": "pray", "tokens": {"bot": ["U0BOT"]},
                 "item": {"type": "message", "channel": "C1", "ts": "1.1"}}  # fmt: skip
        return payloads.event_callback(event, "Ev1")
    if kind == "verb":
        return payloads.command(f"{what} on", "http://127.0.0.1:1/", trigger="t")
    if kind == "shortcut":
        return gestures.shortcut(what, {"type": "message", "text": "late", "ts": "1.1"})
    if kind == "view":
        filled = {block: {block: {"value": value}} for block, value in FILLED.get(what, {}).items()}
        return gestures.submission(view(what), filled)
    act = {"type": "button", "action_id": what, "value": "1"}
    if what.startswith(IN_VIEW):
        callback = "answer_review" if "review" in what else "correct_stage" if "stage" in what else "edit_theme"
        return gestures.view_click(view(callback), act)
    return payloads.click({"ts": "1.1", "channel": "C1"}, act, "http://127.0.0.1:1/", action_ts="2.1")


def test_every_registered_listener_has_a_row() -> None:
    assert set(GATES) == REGISTERED


@pytest.mark.parametrize("name", sorted(GATES))
def test_a_listener_asks_for_what_its_row_says_before_it_does_anything(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = GATES[name]
    gate = Gate(working=row != ANYBODY)
    desk, clerk, client = MagicMock(), MagicMock(), MagicMock()
    desk.people = people(gate)
    desk.carry_out.side_effect = lambda keys, to, act: act(None)
    client.views_open.return_value = {"view": {"id": "V1"}}
    wish = MagicMock(reaction="pray")
    monkeypatch.setattr("assistant.listeners.events.reaction_added.wishes", lambda *args: [wish])
    given = {"client": client, "desk": desk, "clerk": clerk, "errands": gate, "installations": None,
             "forgetting": MagicMock()}  # fmt: skip
    listeners.deliver(delivery(name), cast("dict[str, Any]", given))
    if row == DESK:
        assert desk.take.call_count == 1
    elif row in (ANYBODY, SLACK):
        assert gate.asked == []
    else:
        assert gate.asked
        assert set(gate.asked) <= {row, "ask"}
        assert row in gate.asked
        changed = [call for call in clerk.mock_calls if "open" not in str(call) and "look" not in str(call)]
        assert changed == []


@pytest.mark.parametrize(("words", "action"), [
    ("", "help"), ("role <@U2> editor", "manage_roles"), ("roles", "manage_roles"), ("audit", "read_audit"),
    ("private email", "settings"), ("open email", "settings"), ("nonsense", "help"),
])  # fmt: skip
def test_each_of_the_settings_asks_for_its_own_action(words: str, action: str) -> None:
    gate = Gate()
    body = payloads.command(f"settings {words}", "http://127.0.0.1:1/", trigger="t")
    given = {"client": MagicMock(), "desk": MagicMock(), "clerk": MagicMock(), "errands": gate}
    listeners.deliver(body, given)
    assert gate.asked == [action]
    assert {word for word in ACTS if word} == {"role", "roles", "audit", "private", "open"}
