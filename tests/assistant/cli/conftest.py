"""`journey …` as a person runs it: in a folder of its own, with the toy embedder."""

import pytest
from click.testing import CliRunner

from assistant.cli import cli


@pytest.fixture
def run_journey(tmp_path, monkeypatch, toy_embedder, clean_environment):
    """Run `journey …` in an empty folder; with `ok=False` it may fail."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("knowledge.embedding.load_embedder", lambda name=None: toy_embedder)

    def run(*arguments, ok=True, stdin=None):
        result = CliRunner().invoke(cli, arguments, input=stdin)
        if ok:
            assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
        return result

    return run
