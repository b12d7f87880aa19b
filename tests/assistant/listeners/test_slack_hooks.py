"""The hooks as Slack's own tool runs them: with its flags, its names for tokens, and answers between boundaries."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.manifest import manifest

ROOT = Path(__file__).parents[3]
FLAGS = "--protocol=message-boundaries --boundary=b-71f2 --source=local"
JOURNEY = """#!/usr/bin/env bash
if [ "$1" = serve ]; then echo "serving with $SLACK_BOT_TOKEN and $SLACK_APP_TOKEN"; else exec "{real}" "$@"; fi
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the hooks, in which `journey serve` only says with what it would serve."""
    for part in (".slack/hooks.json", "scripts/slack-hook"):
        (tmp_path / part).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / part, tmp_path / part)
    (tmp_path / "scripts" / "env.sh").write_text('cd "$(dirname "${BASH_SOURCE[0]}")/.."\necho "setting up, aside"\n')
    stand_in = tmp_path / ".venv" / "bin" / "journey"
    stand_in.parent.mkdir(parents=True)
    stand_in.write_text(JOURNEY.format(real=shutil.which("journey") or ROOT / ".venv" / "bin" / "journey"))
    stand_in.chmod(0o755)
    return tmp_path


def run(project: Path, hook: str, flags: str = "", **environment: str) -> str:
    """Run a hook in a shell, as the tool does; return what it prints."""
    command = json.loads((project / ".slack" / "hooks.json").read_text())["hooks"][hook]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    done = subprocess.run(  # noqa: S602 - so does the tool
        f"{command} {flags}",
        shell=True,
        cwd=project,
        env=plain | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_manifest_stands_between_the_boundaries_whatever_else_is_printed(project: Path) -> None:
    said = run(project, "get-manifest", FLAGS)
    before, found, after = said.split("b-71f2")
    assert (before, after) == ("setting up, aside\n", "\n")
    assert json.loads(found) == manifest()


def test_the_tokens_of_the_tool_are_served_with_unless_there_are_our_own(project: Path) -> None:
    theirs = {"SLACK_CLI_XOXB": "xoxb-tool", "SLACK_CLI_XAPP": "xapp-tool"}
    assert "serving with xoxb-tool and xapp-tool" in run(project, "start", FLAGS, **theirs)
    own = run(project, "start", "", SLACK_BOT_TOKEN="xoxb-own", **theirs)
    assert "serving with xoxb-own and xapp-tool" in own


def test_both_ways_of_answering_are_declared(project: Path) -> None:
    config = json.loads((project / ".slack" / "hooks.json").read_text())["config"]
    assert config["protocol-version"] == ["message-boundaries", "default"]
