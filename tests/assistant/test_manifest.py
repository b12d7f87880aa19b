"""The manifest asks for exactly what is registered, and Slack would take it."""

import ast
import json
import os
import re
from pathlib import Path

import jsonschema
import pytest
from slack_bolt import App
from slack_sdk import WebClient

from assistant import listeners
from assistant.cli import COMMANDS as COMMANDS_OF_THE_CLI
from assistant.listeners.actions import ACTIONS
from assistant.listeners.commands import COMMANDS
from assistant.listeners.events import EVENTS, SUBSCRIPTIONS
from assistant.listeners.shortcuts import SHORTCUTS
from assistant.listeners.views import VIEWS
from assistant.manifest import EVENT_SCOPES, METHOD_SCOPES, WHY, bot_scopes, manifest

ROOT = Path(__file__).parents[2]


def test_events_commands_and_interactivity_are_those_registered() -> None:
    assert {name.partition(".")[0] for name in SUBSCRIPTIONS} == set(EVENTS)
    asked = manifest()
    assert asked["settings"]["event_subscriptions"]["bot_events"] == sorted(SUBSCRIPTIONS)
    assert [command["command"] for command in asked["features"]["slash_commands"]] == list(COMMANDS)
    assert asked["settings"]["interactivity"]["is_enabled"] is bool(ACTIONS)
    app = App(client=WebClient(token="xoxb-none"), token_verification_enabled=False, signing_secret="none")
    listeners.register(app)
    assert len(app._listeners) == len(EVENTS) + len(ACTIONS) + len(COMMANDS) + len(VIEWS) + len(SHORTCUTS)
    assert [one["callback_id"] for one in asked["features"]["shortcuts"]] == list(SHORTCUTS)


ROOMS = [ROOT / "assistant" / "app.py", *(ROOT / "assistant" / "listeners").rglob("*.py")]
METHOD = re.compile(
    r"(agents|assistant|auth|chat|conversations|files|reactions|usergroups|users|views)(\.[a-zA-Z]\w*)+"
)


def methods_called() -> set[str]:
    """Find the methods of the Web API in our code: called by the client's own names, or named in a string."""
    found = set()
    for path in ROOMS:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and METHOD.fullmatch(node.value):
                found.add(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = node.func.attr.replace("_", ".")
                if "client" in ast.unparse(node.func.value) and METHOD.fullmatch(name):
                    found.add(name)
    return found


def test_scopes_are_those_that_events_and_methods_need_and_no_more() -> None:
    assert set(SUBSCRIPTIONS) <= set(EVENT_SCOPES)
    assert methods_called() == set(METHOD_SCOPES)
    needed = {scope for event in SUBSCRIPTIONS if (scope := EVENT_SCOPES[event])} | {"commands"}
    needed |= {scope for scopes in METHOD_SCOPES.values() for scope in scopes}
    assert bot_scopes() == sorted(needed)
    assert not [scope for scope in bot_scopes() if not WHY.get(scope)], "say what each scope is for"


def test_over_http_everything_leads_to_our_address() -> None:
    over_http = manifest("https://journey.example/")
    events = "https://journey.example/slack/events"
    settings = over_http["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == settings["interactivity"]["request_url"] == events
    assert {command["url"] for command in over_http["features"]["slash_commands"]} == {events}
    assert over_http["oauth_config"]["redirect_urls"] == ["https://journey.example/slack/oauth_redirect"]


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
    jsonschema.validate(manifest("https://journey.example"), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(manifest() | {"features": {"unknown": True}}, schema)


def test_slacks_own_tool_finds_hooks_that_are_there() -> None:
    hooks = json.loads((ROOT / ".slack" / "hooks.json").read_text())
    assert set(hooks["hooks"]) == {"get-manifest", "start"}
    for command in hooks["hooks"].values():
        script, verb = command.split()
        assert os.access(ROOT / script, os.X_OK)
        assert verb in COMMANDS_OF_THE_CLI
    for watched in hooks["config"]["watch"].values():
        assert all((ROOT / path).exists() for path in watched["paths"])
