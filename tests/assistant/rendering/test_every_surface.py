"""Hostile quotes, names, theme names and file names on every surface: none pings, links, styles or breaks a payload."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant.rendering.hostile_surfaces import hostile_texts, offered, surfaces
from tests.assistant.rendering.test_slack_text import INVISIBLE, readings
from tests.assistant.rendering.validator import refused_by_slacks_types
from tests.fake_slack.block_kit import check_message, check_view

TEXTS = hostile_texts()
ACTIVE = {"mrkdwn", "markdown", "broadcast", "user", "usergroup", "channel", "link", "emoji", "image", "video", "date"}
SHOWN = ("text", "alt_text")


def objects(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from objects(part)
    elif isinstance(value, list):
        for part in value:
            yield from objects(part)


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_no_hostile_text_breaks_pings_or_links_on_any_surface(number: int) -> None:
    for name, method, payload in surfaces(TEXTS[number]):
        problems = check_view(payload["view"]) if method.startswith("views") else check_message(payload)
        assert problems == [], name
        for one in objects(payload):
            assert one.get("type") not in ACTIVE, (name, one)
            assert "url" not in one, (name, one)
            if one.get("type") == "plain_text":
                assert one["emoji"] is False, name
            for key in SHOWN:
                shown = one.get(key)
                if isinstance(shown, str) and one is not payload:
                    assert not INVISIBLE.search(shown.replace("\n", "")), (name, shown)
                    assert not re.search(r"<[!@#a-zA-Z]", shown), (name, shown)
        if "text" in payload and name != "help":
            assert "<" not in payload["text"], name
            assert not INVISIBLE.search(payload["text"].replace("\n", "")), name
            assert readings(payload["text"]) == [], name


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_prompts_stay_within_slacks_limits_and_are_inert_where_they_are_sent(number: int) -> None:
    for prompt in offered(TEXTS[number]):
        assert prompt["title"]
        assert prompt["message"]
        assert len(prompt["title"]) <= 75
        for shown in prompt.values():
            assert not INVISIBLE.search(shown)
            assert not re.search(r"<[!@#a-zA-Z]", shown)


def test_there_are_two_hundred_hostile_texts_and_every_one_is_different() -> None:
    assert len(set(TEXTS)) == 200


@pytest.mark.shared
def test_every_surface_is_valid_by_slacks_own_types(shared_data: Path, tmp_path: Path) -> None:
    calls = [{"method": method, "args": payload} for text in TEXTS for _, method, payload in surfaces(text)]
    assert refused_by_slacks_types(calls, shared_data, tmp_path) == []
