"""The manifest asks for exactly what is registered, and Slack would take it."""

import json
from pathlib import Path

import jsonschema
import pytest
from slack_bolt import App
from slack_sdk import WebClient

from assistant import listeners
from assistant.listeners.actions import ACTIONS
from assistant.listeners.commands import COMMANDS
from assistant.listeners.events import EVENTS, SUBSCRIPTIONS
from assistant.listeners.views import VIEWS
from assistant.manifest import EVENT_SCOPES, bot_scopes, manifest


def test_events_commands_and_interactivity_are_those_registered() -> None:
    assert {name.partition(".")[0] for name in SUBSCRIPTIONS} == set(EVENTS)
    asked = manifest()
    assert asked["settings"]["event_subscriptions"]["bot_events"] == sorted(SUBSCRIPTIONS)
    assert [command["command"] for command in asked["features"]["slash_commands"]] == list(COMMANDS)
    assert asked["settings"]["interactivity"]["is_enabled"] is bool(ACTIONS)
    app = App(client=WebClient(token="xoxb-none"), token_verification_enabled=False, signing_secret="none")
    listeners.register(app)
    assert len(app._listeners) == len(EVENTS) + len(ACTIONS) + len(COMMANDS) + len(VIEWS)


def test_scopes_are_those_that_the_events_need_and_no_more() -> None:
    assert bot_scopes() == ["app_mentions:read", "assistant:write", "chat:write", "commands", "im:history"]
    assert set(EVENT_SCOPES) == set(SUBSCRIPTIONS)


def test_it_is_an_app_of_the_agent_view_in_socket_mode() -> None:
    features = manifest()["features"]
    assert "assistant_view" not in features
    assert len(features["agent_view"]["suggested_prompts"]) <= 4
    assert manifest()["settings"]["socket_mode_enabled"] is True


@pytest.mark.shared
def test_it_is_valid_by_slacks_schema(shared_data: Path) -> None:
    file = shared_data.parent / "slack" / "manifest-schema" / "manifest.schema.1.0.0.json"
    if not file.is_file():
        pytest.skip("SKIPPED LOUDLY: no manifest schema here")
    schema = json.loads(file.read_text())
    jsonschema.validate(manifest(), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(manifest() | {"features": {"unknown": True}}, schema)
