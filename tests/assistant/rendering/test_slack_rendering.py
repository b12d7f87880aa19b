"""An answer as a Slack message: complete, within limits, inert, and as it was last approved."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from assistant.answers.answer import Answer, Finding, Line
from assistant.rendering import slack_limits as limits
from assistant.rendering.slack import SlackMessage, bar, notice, render
from tests.assistant.rendering.answers import HOSTILE, abstained, hostile, large, pain_points, said
from tests.assistant.rendering.test_slack_text import hostile_texts, readings
from tests.fake_slack.block_kit import check_message

GOLDEN = Path(__file__).with_name("golden")
KINDS: dict[str, Callable[[], Answer]] = {
    "pain_points": pain_points,
    "hostile": hostile,
    "abstained": abstained,
    "large": large,
}


def payload(message: SlackMessage) -> dict[str, object]:
    return {"channel": "C1", "text": message.text, "blocks": list(message.blocks)}


def strings(value: object) -> Iterator[str]:
    """Yield every string in a payload."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


@pytest.mark.parametrize("kind", ["pain_points", "hostile", "abstained"])
def test_each_kind_of_answer_looks_as_approved(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Approve a change by running this once with UPDATE_GOLDEN=1 and reading the diff."""
    monkeypatch.setattr(
        "assistant.rendering.slack.summary_line", lambda question, **_: f"{question.intent}: {question.topic}"
    )
    drawn = payload(render(KINDS[kind](), asked="and then?" if kind == "abstained" else None))
    file = GOLDEN / f"slack_{kind}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(json.dumps(drawn, indent=1, ensure_ascii=False) + "\n")
    assert drawn == json.loads(file.read_text())


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_answer_is_what_slack_takes(kind: str) -> None:
    assert check_message(payload(render(KINDS[kind](), asked=HOSTILE))) == []


@given(hostile_texts)
@settings(max_examples=150)
def test_hostile_words_never_break_a_payload_nor_mean_anything_in_it(text: str) -> None:
    drawn = payload(render(hostile(text), asked=text))
    assert check_message(drawn) == []
    # An empty sentence leaves our own words; what is left must be words, too.
    assert all(readings(line) == [] for line in str(drawn["text"]).splitlines())
    assert not any("<!" in one or "<@" in one or "<#" in one or "<http" in one for one in strings(drawn))
    assert '"mrkdwn"' not in json.dumps(drawn["blocks"])


def test_text_says_everything_that_the_blocks_show() -> None:
    answer = pain_points()
    message = render(answer)
    for part in (answer.headline, *answer.lines, *answer.caveats, *answer.follow_ups):
        assert part in message.text
    for quote in answer.evidence:
        assert quote.quote in message.text
    assert "email, 3 August 2026" in message.text


def test_each_finding_has_a_bar_to_scale_and_its_change_in_words() -> None:
    rows = [block for block in render(pain_points()).blocks if block["type"] == "rich_text"][1]["elements"]
    sections = ["".join(part["text"] for part in row["elements"]) for row in rows if row["type"] == "rich_text_section"]
    assert sections[0] == (
        "██████████  Card not delivered on time: 41 pieces of feedback from 39 customers, rising (22 before)\n"
    )
    assert sections[1].startswith("████░░░░░░  Cannot verify identity")
    assert sections[2].startswith("█░░░░░░░░░  Confusing first invoice")
    assert [row["type"] for row in rows[:3]] == ["rich_text_section", "rich_text_quote", "rich_text_section"]


def test_bars_are_to_the_scale_of_what_the_sentences_count() -> None:
    themes = tuple(
        Finding(kind="theme", numbers={"count": 90, "complaints": complaints}, name=f"N{complaints}")
        for complaints in (40, 20)
    )
    lines = tuple(
        Line(f"{one.name}: {one.numbers['complaints']} complaints", template="t", findings=(n,))
        for n, one in enumerate(themes)
    )
    drawn = json.dumps(render(replace(pain_points(), findings=themes, lines=lines)).blocks, ensure_ascii=False)
    assert "█" * 10 in drawn
    assert "█" * 5 + "░" * 5 in drawn


def test_bars_are_drawn_only_where_things_stand_beside_each_other() -> None:
    one, nameless = pain_points(), pain_points()
    one = replace(one, lines=(one.lines[0], Line("Half of them are recent.", template="t", findings=(0,))))
    nameless = replace(nameless, findings=tuple(replace(finding, name=None) for finding in nameless.findings))
    for answer in (one, nameless):
        assert "█" not in json.dumps(render(answer).blocks, ensure_ascii=False)


def test_a_name_is_bold_where_it_stands_as_a_word() -> None:
    finding = Finding(kind="theme", numbers={}, name="app")
    answer = replace(
        pain_points(), findings=(finding,), lines=(Line("What happens: app.", template="t", findings=(0,)),)
    )
    (row,) = render(answer).blocks[2]["elements"][:1]
    assert [part["text"] for part in row["elements"]] == ["What happens: ", "app", ".", "\n"]


def test_a_bar_shows_anything_above_zero_and_nothing_at_zero() -> None:
    assert [bar(count, 1000).count("█") for count in (0, 1, 500, 1000)] == [0, 1, 5, 10]
    assert bar(0, 0).count("█") == 0


def test_quotes_without_a_line_of_their_own_are_shown_all_the_same() -> None:
    answer = replace(pain_points(), evidence=(said("Nobody answers the phone.", None),))
    assert "Nobody answers the phone." in json.dumps(render(answer).blocks)
    assert "Nobody answers the phone." in render(answer).text


def test_what_is_left_out_of_the_blocks_is_said() -> None:
    blocks = json.dumps(render(large()).blocks)
    assert f"{60 - limits.ROWS} more lines are not drawn here" in blocks
    assert f"{60 - limits.QUOTES} more quotes are not shown here" in blocks
    assert "14 more remarks are in the text of this message" in blocks


def test_a_follow_up_that_no_button_can_carry_is_left_out_rather_than_cut() -> None:
    answer = replace(pain_points(), follow_ups=("x" * 2001, "short?"))
    buttons = render(answer).blocks[-1]["elements"]
    assert [button["value"] for button in buttons] == ["short?"]


def test_a_notice_is_one_sentence() -> None:
    assert check_message(payload(notice("Busy *now* <!here>"))) == []


@pytest.mark.shared
def test_everything_drawn_is_valid_by_slacks_own_types(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data.parent / "slack" / "blockkit"
    if not source.is_dir() or not shutil.which("npm"):
        pytest.skip("SKIPPED LOUDLY: no block validator or no npm here")
    for name in ("validate_blocks.mjs", "schema.json"):
        shutil.copy(source / name, tmp_path / name)
    installed = subprocess.run(
        ["npm", "i", "--no-audit", "--no-fund", "ajv"], cwd=tmp_path, capture_output=True, timeout=120
    )
    if installed.returncode:
        pytest.skip("SKIPPED LOUDLY: npm cannot install ajv here")
    for kind, make in KINDS.items():
        (tmp_path / f"{kind}.json").write_text(json.dumps(payload(render(make(), asked=HOSTILE))))
    command = ["node", "validate_blocks.mjs", *(f"{kind}.json" for kind in KINDS)]
    verdict = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert verdict.returncode == 0, verdict.stdout
